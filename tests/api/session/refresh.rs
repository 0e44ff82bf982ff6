//! Refreshing: each refresh token counts once, a retry gets the very same pair, and one that comes back ends the session.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{House, PASSWORD, at, database::Kind, on_both_databases};

on_both_databases![
    a_refresh_token_gets_the_next_pair,
    twenty_at_once_get_the_same_pair,
    a_used_token_that_comes_back_ends_the_session,
    twenty_at_once_after_the_grace_end_one_session_and_begin_none,
    only_the_last_one_gets_its_pair_again,
    what_is_no_refresh_token_of_ours_is_invalid,
    a_session_that_rests_or_lasts_too_long_expires,
    a_session_from_the_future_is_none_until_then,
    an_ended_session_is_not_refreshed,
    a_stale_access_token_is_not_in_the_way,
    no_refresh_token_is_stored,
];

/// A registered user's refresh token.
async fn registered(house: &House, email: &str) -> String {
    let answer = house.anonymous().register(email).await;
    text(at(&answer, "data.register.tokens.refreshToken"))
}

async fn refresh(house: &House, token: &str) -> Value {
    house.anonymous().refresh(token).await["data"]["refreshToken"].clone()
}

async fn next(house: &House, token: &str) -> String {
    text(at(&refresh(house, token).await, "tokens.refreshToken"))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

async fn a_refresh_token_gets_the_next_pair(house: &House) {
    let entered = house.anonymous().register("ada@example.com").await;
    let (entered, token) = (at(&entered, "data.register"), text(at(&entered, "data.register.tokens.refreshToken")));
    house.hands.advance(TimeDelta::minutes(20));
    let ada = house.with_token(at(entered, "tokens.accessToken").as_str().unwrap());
    assert_eq!(at(&ada.profile().await, "errors.0.extensions.reason"), "EXPIRED");

    let refreshed = refresh(house, &token).await;
    assert_eq!(refreshed["__typename"], "RefreshTokenSuccess", "{refreshed}");
    assert_eq!(at(&refreshed, "session.id"), at(entered, "session.id"));
    assert_ne!(at(&refreshed, "session.lastUsedAt"), at(entered, "session.lastUsedAt"));
    assert_ne!(at(&refreshed, "tokens.refreshToken"), &token);
    assert_eq!(at(&refreshed, "tokens.refreshTokenExpiresAt"), at(&refreshed, "session.expiresAt"));
    let ada = house.with_token(at(&refreshed, "tokens.accessToken").as_str().unwrap());
    assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
}

async fn twenty_at_once_get_the_same_pair(house: &House) {
    let mut token = registered(house, "ada@example.com").await;
    for round in 0..20 {
        let all = join_all((0..20).map(|_| refresh(house, &token))).await;
        assert_eq!(all[0]["__typename"], "RefreshTokenSuccess", "round {round}: {}", all[0]);
        assert!(all.iter().all(|one| one["tokens"] == all[0]["tokens"]), "round {round}: {all:?}");
        token = text(at(&all[0], "tokens.refreshToken"));
    }
    assert_eq!(house.count("sessions WHERE ended_at IS NULL").await, 1);
}

async fn a_used_token_that_comes_back_ends_the_session(house: &House) {
    let first = registered(house, "ada@example.com").await;
    let refreshed = refresh(house, &first).await;
    let (second, ada) = (
        text(at(&refreshed, "tokens.refreshToken")),
        house.with_token(at(&refreshed, "tokens.accessToken").as_str().unwrap()),
    );
    house.hands.advance(TimeDelta::seconds(16));
    assert_eq!(ada.rejection().await, Value::Null);

    let stolen = refresh(house, &first).await;
    assert_eq!((&stolen["code"], &stolen["reason"]), (&json!("REFRESH_REJECTED"), &json!("REVOKED")));
    assert_eq!(refresh(house, &second).await["reason"], "REVOKED");
    assert_eq!(ada.rejection().await, "REVOKED");
}

async fn twenty_at_once_after_the_grace_end_one_session_and_begin_none(house: &House) {
    for round in 0..10 {
        let token = registered(house, &format!("user{round}@example.com")).await;
        next(house, &token).await;
        house.hands.advance(TimeDelta::seconds(16));
        let all = join_all((0..20).map(|_| refresh(house, &token))).await;
        assert!(all.iter().all(|one| one["reason"] == "REVOKED"), "round {round}: {all:?}");
        assert_eq!(house.count("sessions WHERE ended_at IS NULL").await, 0);
        assert_eq!(house.count("sessions").await, round + 1);
    }
}

async fn only_the_last_one_gets_its_pair_again(house: &House) {
    let first = registered(house, "ada@example.com").await;
    let second = next(house, &first).await;
    let third = next(house, &second).await;
    assert_eq!(next(house, &second).await, third);
    assert_eq!(refresh(house, &first).await["reason"], "REVOKED", "two turns ago is no retry, however short ago");
}

async fn what_is_no_refresh_token_of_ours_is_invalid(house: &House) {
    let token = registered(house, "ada@example.com").await;
    let access = text(at(&house.anonymous().login("ada@example.com", PASSWORD).await, "data.login.tokens.accessToken"));
    let mut invented = vec![String::new(), "x".into(), "é".into(), "nul\0".into(), access, format!("{token}A")];
    invented.extend([
        format!("{token}="),
        format!(" {token}"),
        token[..85].to_owned(),
        "A".repeat(86),
        "A".repeat(60_000),
    ]);
    // One bit bent, anywhere in it.
    for place in 0..token.len() {
        let mut bent = token.clone().into_bytes();
        bent[place] = if bent[place] == b'A' { b'B' } else { b'A' };
        invented.push(String::from_utf8(bent).unwrap());
    }
    for token in invented {
        let answer = house.anonymous().refresh(&token).await;
        // The body has an end, too.
        if answer["errors"].is_null() {
            assert_eq!(at(&answer, "data.refreshToken.reason"), "INVALID", "{token}");
        }
    }
    assert_eq!(refresh(house, &token).await["__typename"], "RefreshTokenSuccess");
}

async fn a_session_that_rests_or_lasts_too_long_expires(house: &House) {
    let token = registered(house, "rests@example.com").await;
    house.hands.advance(TimeDelta::days(30));
    assert_eq!(refresh(house, &token).await["reason"], "EXPIRED");

    let mut token = registered(house, "lasts@example.com").await;
    for _ in 0..8 {
        house.hands.advance(TimeDelta::days(20));
        token = next(house, &token).await;
    }
    house.hands.advance(TimeDelta::days(19));
    let last = refresh(house, &token).await;
    let (created, expires) = (date(at(&last, "session.createdAt")), date(at(&last, "session.expiresAt")));
    assert_eq!((expires - created).num_days(), 180);
    house.hands.advance(TimeDelta::days(1));
    assert_eq!(refresh(house, &text(at(&last, "tokens.refreshToken"))).await["reason"], "EXPIRED");
}

async fn a_session_from_the_future_is_none_until_then(house: &House) {
    let years = TimeDelta::days(3650);
    house.hands.advance(years);
    let token = registered(house, "ada@example.com").await;
    house.hands.advance(-years);
    assert_eq!(refresh(house, &token).await["reason"], "EXPIRED");
    house.hands.advance(years);
    next(house, &token).await;
}

fn date(value: &Value) -> chrono::DateTime<chrono::Utc> {
    text(value).parse().expect("a date")
}

async fn an_ended_session_is_not_refreshed(house: &House) {
    let token = registered(house, "ada@example.com").await;
    let ada = house.logged_in("ada@example.com", PASSWORD).await;
    ada.change_password(PASSWORD, "another password").await;
    assert_eq!(refresh(house, &token).await["reason"], "REVOKED");

    let token = registered(house, "bob@example.com").await;
    house.sql("UPDATE users SET disabled_at = created_at WHERE email = 'bob@example.com'").await;
    assert_eq!(refresh(house, &token).await["reason"], "REVOKED");
    house.sql("UPDATE users SET disabled_at = NULL").await;
    assert_eq!(refresh(house, &token).await["__typename"], "RefreshTokenSuccess", "enabled again, as before");

    let token = registered(house, "cyd@example.com").await;
    house.sql("DELETE FROM sessions").await;
    assert_eq!(refresh(house, &token).await["reason"], "REVOKED", "it cannot have expired, so it was ended");
    house.hands.advance(TimeDelta::days(30));
    assert_eq!(refresh(house, &token).await["reason"], "EXPIRED", "it was removed, as those are that expired");
}

async fn a_stale_access_token_is_not_in_the_way(house: &House) {
    let token = registered(house, "ada@example.com").await;
    let answer = house.with_token("stale").refresh(&token).await;
    assert_eq!(at(&answer, "data.refreshToken.__typename"), "RefreshTokenSuccess");
}

async fn no_refresh_token_is_stored(house: &House) {
    let token = registered(house, "ada@example.com").await;
    let secret = URL_SAFE_NO_PAD.decode(token).unwrap()[16..48].to_vec();
    let stored = async |bytes: &[u8]| {
        let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let literal = if house.kind == Kind::Sqlite { format!("x'{hex}'") } else { format!("'\\x{hex}'") };
        house.count(&format!("sessions WHERE refresh_token_hash = {literal}")).await
    };
    assert_eq!(stored(&secret).await, 0);
    assert_eq!(stored(&Sha256::digest(&secret)).await, 1);
}
