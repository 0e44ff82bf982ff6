//! `refreshToken`: a token is valid once, a retry gets the same pair, and reuse ends the session.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{PASSWORD, TestApp, at, database::Kind, on_both_databases};

on_both_databases![
    a_refresh_token_returns_a_new_pair,
    twenty_concurrent_refreshes_get_the_same_pair,
    a_reused_refresh_token_ends_the_session,
    twenty_concurrent_reuses_after_the_grace_period_end_one_session,
    a_forged_refresh_token_is_invalid,
    an_idle_or_too_old_session_expires,
    a_session_from_the_future_is_rejected_until_then,
    an_ended_session_is_not_refreshed,
    an_invalid_access_token_does_not_prevent_a_refresh,
    no_refresh_token_is_stored,
];

/// Registers a user, and returns the refresh token.
async fn registered(app: &TestApp, email: &str) -> String {
    let answer = app.anonymous().register(email).await;
    text(at(&answer, "data.register.tokens.refreshToken"))
}

async fn refresh(app: &TestApp, token: &str) -> Value {
    app.anonymous().refresh(token).await["data"]["refreshToken"].clone()
}

async fn next(app: &TestApp, token: &str) -> String {
    text(at(&refresh(app, token).await, "tokens.refreshToken"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a string")).to_owned()
}

async fn a_refresh_token_returns_a_new_pair(app: &TestApp) {
    let registration = app.anonymous().register("ada@example.com").await;
    let (registration, token) =
        (at(&registration, "data.register"), text(at(&registration, "data.register.tokens.refreshToken")));
    app.clock.advance(TimeDelta::minutes(20));
    let ada = app.with_token(at(registration, "tokens.accessToken").as_str().unwrap());
    assert_eq!(at(&ada.profile().await, "errors.0.extensions.reason"), "EXPIRED");

    let refreshed = refresh(app, &token).await;
    assert_eq!(refreshed["__typename"], "RefreshTokenSuccess", "{refreshed}");
    assert_eq!(at(&refreshed, "session.id"), at(registration, "session.id"));
    assert_ne!(at(&refreshed, "session.lastUsedAt"), at(registration, "session.lastUsedAt"));
    assert_ne!(at(&refreshed, "tokens.refreshToken"), &token);
    let expires = text(at(&refreshed, "tokens.refreshTokenExpiresAt"));
    assert_eq!(&text(at(&refreshed, "session.expiresAt"))[..16], &expires[..16], "the same, to the minute");
    let ada = app.with_token(at(&refreshed, "tokens.accessToken").as_str().unwrap());
    assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
}

async fn twenty_concurrent_refreshes_get_the_same_pair(app: &TestApp) {
    let mut token = registered(app, "ada@example.com").await;
    for round in 0..20 {
        let all = join_all((0..20).map(|_| refresh(app, &token))).await;
        assert_eq!(all[0]["__typename"], "RefreshTokenSuccess", "round {round}: {}", all[0]);
        assert!(all.iter().all(|one| one["tokens"] == all[0]["tokens"]), "round {round}: {all:?}");
        token = text(at(&all[0], "tokens.refreshToken"));
    }
    assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 1);
}

async fn a_reused_refresh_token_ends_the_session(app: &TestApp) {
    let first = registered(app, "ada@example.com").await;
    let refreshed = refresh(app, &first).await;
    let (second, ada) = (
        text(at(&refreshed, "tokens.refreshToken")),
        app.with_token(at(&refreshed, "tokens.accessToken").as_str().unwrap()),
    );
    app.clock.advance(TimeDelta::seconds(16));
    assert_eq!(ada.token_rejection().await, Value::Null);

    let stolen = refresh(app, &first).await;
    assert_eq!((&stolen["code"], &stolen["reason"]), (&json!("REFRESH_REJECTED"), &json!("REVOKED")));
    assert_eq!(refresh(app, &second).await["reason"], "REVOKED");
    assert_eq!(ada.token_rejection().await, "REVOKED");
}

async fn twenty_concurrent_reuses_after_the_grace_period_end_one_session(app: &TestApp) {
    for round in 0..10 {
        let token = registered(app, &format!("user{round}@example.com")).await;
        next(app, &next(app, &token).await).await;
        app.clock.advance(TimeDelta::seconds(16));
        let all = join_all((0..20).map(|_| refresh(app, &token))).await;
        assert!(all.iter().all(|one| one["reason"] == "REVOKED"), "round {round}: {all:?}");
        assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 0);
        assert_eq!(app.count("sessions").await, round + 1);
    }
}

async fn a_forged_refresh_token_is_invalid(app: &TestApp) {
    let token = registered(app, "ada@example.com").await;
    let access = text(at(&app.anonymous().login("ada@example.com", PASSWORD).await, "data.login.tokens.accessToken"));
    let mut invented = vec![String::new(), "x".into(), "é".into(), "nul\0".into(), access, format!("{token}A")];
    invented.extend([
        format!("{token}="),
        format!(" {token}"),
        token[..85].to_owned(),
        "A".repeat(86),
        "A".repeat(60_000),
    ]);
    // One changed character, at each position.
    for position in 0..token.len() {
        let mut changed = token.clone().into_bytes();
        changed[position] = if changed[position] == b'A' { b'B' } else { b'A' };
        invented.push(String::from_utf8(changed).unwrap());
    }
    for token in invented {
        let answer = app.anonymous().refresh(&token).await;
        // A very long token is refused with the body.
        if answer["errors"].is_null() {
            assert_eq!(at(&answer, "data.refreshToken.reason"), "INVALID", "{token}");
        }
    }
    assert_eq!(refresh(app, &token).await["__typename"], "RefreshTokenSuccess");
}

async fn an_idle_or_too_old_session_expires(app: &TestApp) {
    let token = registered(app, "rests@example.com").await;
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(refresh(app, &token).await["reason"], "EXPIRED");

    let mut token = registered(app, "lasts@example.com").await;
    for _ in 0..8 {
        app.clock.advance(TimeDelta::days(20));
        token = next(app, &token).await;
    }
    app.clock.advance(TimeDelta::days(19));
    let last = refresh(app, &token).await;
    let (created, expires) = (date(at(&last, "session.createdAt")), date(at(&last, "session.expiresAt")));
    assert_eq!((expires - created + TimeDelta::minutes(1)).num_days(), 180);
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(refresh(app, &text(at(&last, "tokens.refreshToken"))).await["reason"], "EXPIRED");
}

async fn a_session_from_the_future_is_rejected_until_then(app: &TestApp) {
    let years = TimeDelta::days(3650);
    app.clock.advance(years);
    let token = registered(app, "ada@example.com").await;
    app.clock.advance(-years);
    assert_eq!(refresh(app, &token).await["reason"], "EXPIRED");
    app.clock.advance(years);
    next(app, &token).await;
}

fn date(value: &Value) -> chrono::DateTime<chrono::Utc> {
    text(value).parse().expect("a date")
}

async fn an_ended_session_is_not_refreshed(app: &TestApp) {
    let token = registered(app, "ada@example.com").await;
    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    ada.change_password(PASSWORD, "another password").await;
    assert_eq!(refresh(app, &token).await["reason"], "REVOKED");

    let token = registered(app, "bob@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at WHERE email = 'bob@example.com'").await;
    assert_eq!(refresh(app, &token).await["reason"], "REVOKED");
    app.sql("UPDATE users SET disabled_at = NULL").await;
    assert_eq!(refresh(app, &token).await["__typename"], "RefreshTokenSuccess", "the session is valid again");

    let token = registered(app, "cyd@example.com").await;
    app.sql("DELETE FROM sessions").await;
    assert_eq!(
        refresh(app, &token).await["reason"],
        "REVOKED",
        "a missing session that has not expired must have ended"
    );
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(refresh(app, &token).await["reason"], "EXPIRED", "expired sessions are removed");
}

async fn an_invalid_access_token_does_not_prevent_a_refresh(app: &TestApp) {
    let token = registered(app, "ada@example.com").await;
    let answer = app.with_token("stale").refresh(&token).await;
    assert_eq!(at(&answer, "data.refreshToken.__typename"), "RefreshTokenSuccess");
}

async fn no_refresh_token_is_stored(app: &TestApp) {
    let token = registered(app, "ada@example.com").await;
    let secret = URL_SAFE_NO_PAD.decode(token).unwrap()[16..48].to_vec();
    let stored = async |bytes: &[u8]| {
        let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let literal = if app.kind == Kind::Sqlite { format!("x'{hex}'") } else { format!("'\\x{hex}'") };
        app.count(&format!("sessions WHERE refresh_token_hash = {literal}")).await
    };
    assert_eq!(stored(&secret).await, 0);
    assert_eq!(stored(&Sha256::digest(&secret)).await, 1);
}
