//! A copy of a refresh token: its use leaves a trace, and ends the session once the owner goes on.

use chrono::TimeDelta;
use serde_json::Value;

use super::retries::{Pair, refresh};
use crate::support::{OTHER_PASSWORD, PASSWORD, TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![
    a_theft_always_ends_the_session,
    each_retry_is_an_event_with_the_address_and_the_device,
    a_session_shows_the_address_of_its_last_refresh,
    a_password_change_replaces_the_tokens_of_the_current_session,
    the_response_to_a_password_change_may_be_lost,
    the_name_of_a_device_may_have_any_letters,
];

/// The owner and the thief both continue from the same token, each at their own pace and each using what they get.
async fn a_theft_always_ends_the_session(app: &TestApp) {
    for round in 0..20_usize {
        let stolen = Pair::registered(app, &format!("ada{round}@example.com")).await;
        let mut holders = [Some(stolen.clone()), Some(stolen)];
        let mut steps = 0;
        while holders.iter().all(Option::is_some) {
            steps += 1;
            assert!(steps < 10, "round {round}: nobody noticed");
            app.clock.advance(TimeDelta::minutes(if round % 3 == 0 { 20 } else { 1 }));
            // The thief is sometimes first, and sometimes uses the access token only later.
            for holder in [(steps + round) % 2, (steps + round + 1) % 2] {
                let Some(pair) = &holders[holder] else { continue };
                let next = refresh(&app.anonymous(), &pair.refresh).await.ok();
                if let Some(next) = &next
                    && (holder == 0 || round % 4 != 0)
                {
                    next.client(app).profile().await;
                }
                holders[holder] = next;
                // Within the grace period at first.
                app.clock.advance(TimeDelta::seconds(if steps < 3 && round % 5 == 0 { 1 } else { 20 }));
            }
        }
        app.clock.advance(TimeDelta::seconds(20));
        assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 0, "round {round}");
    }
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_reuse:%'").await, 20);
}

/// An app on an empty database of the same kind, which trusts the addresses in `X-Forwarded-For`.
async fn behind_proxy(app: &TestApp) -> TestApp {
    TestApp::start_with(app.kind, TestDatabase::create(app.kind).await, |config| {
        config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await
}

async fn each_retry_is_an_event_with_the_address_and_the_device(app: &TestApp) {
    let behind = behind_proxy(app).await;
    let app = &behind;
    let owner = Pair::registered(app, "ada@example.com").await;
    let id = owner.client(app).id().await;
    let session = owner.client(app).session_id().await;
    let first = refresh(&app.anonymous(), &owner.refresh).await.unwrap();
    let thief = app.anonymous().forwarded_for("203.0.113.9").with_header("user-agent", "Stolen, 1.0");
    for _ in 0..3 {
        assert_eq!(refresh(&thief, &owner.refresh).await.unwrap().refresh, first.refresh);
        app.clock.advance(TimeDelta::minutes(1));
    }
    let line = format!("authn_token_retried:{id},{session},203.0.113.9,Stolen, 1.0");
    assert_eq!(app.count(&format!("events WHERE line = '{line}'")).await, 3);
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_retried:%'").await, 3, "the first was no retry");
    let listed = owner.client(app).sessions("").await;
    assert_eq!(at(&listed, "data.sessions.nodes.0.lastIpAddress"), "203.0.113.9", "{listed}");
    behind.stop().await;
}

async fn a_session_shows_the_address_of_its_last_refresh(app: &TestApp) {
    let behind = behind_proxy(app).await;
    let app = &behind;
    let (home, train) = (app.anonymous().forwarded_for("198.51.100.1"), app.anonymous().forwarded_for("198.51.100.2"));
    let registration = home.register("ada@example.com").await;
    let session = at(&registration, "data.register.session");
    assert_eq!((&session["ipAddress"], &session["lastIpAddress"]), (&"198.51.100.1".into(), &"198.51.100.1".into()));
    let token = at(&registration, "data.register.tokens.refreshToken").as_str().unwrap();
    let refreshed = train.refresh(token).await;
    let session = at(&refreshed, "data.refreshToken.session");
    assert_eq!((&session["ipAddress"], &session["lastIpAddress"]), (&"198.51.100.1".into(), &"198.51.100.2".into()));
    for time in ["lastUsedAt", "expiresAt"] {
        assert!(session[time].as_str().unwrap().ends_with(":00.000Z"), "to the minute: {session}");
    }
    behind.stop().await;
}

async fn a_password_change_replaces_the_tokens_of_the_current_session(app: &TestApp) {
    let copied = Pair::registered(app, "ada@example.com").await;
    let answer = copied.client(app).change_password(PASSWORD, OTHER_PASSWORD).await;
    let new = Pair::of(at(&answer, "data.changePassword.tokens"));
    assert_eq!(new.client(app).session_id().await, copied.client(app).session_id().await);
    assert_eq!(copied.client(app).token_rejection().await, Value::Null, "the old access token is still valid");

    let next = refresh(&app.anonymous(), &new.refresh).await.unwrap();
    assert_eq!(next.client(app).token_rejection().await, Value::Null);
    app.clock.advance(TimeDelta::seconds(16));
    assert_eq!(refresh(&app.anonymous(), &copied.refresh).await.unwrap_err(), "REVOKED", "a copy is a reuse");
    assert_eq!(next.client(app).token_rejection().await, "REVOKED");
}

async fn the_response_to_a_password_change_may_be_lost(app: &TestApp) {
    let old = Pair::registered(app, "ada@example.com").await;
    let old = refresh(&app.anonymous(), &old.refresh).await.unwrap();
    let answer = old.client(app).change_password(PASSWORD, OTHER_PASSWORD).await;
    let lost = Pair::of(at(&answer, "data.changePassword.tokens"));
    app.clock.advance(TimeDelta::hours(1));
    let again = refresh(&app.anonymous(), &old.refresh).await.unwrap();
    assert_eq!(again.refresh, lost.refresh);
    assert_eq!(again.client(app).token_rejection().await, Value::Null);

    // A tab with a token from before the change, which another tab has refreshed since.
    let answer = again.client(app).change_password(OTHER_PASSWORD, PASSWORD).await;
    let changed = Pair::of(at(&answer, "data.changePassword.tokens"));
    let newest = refresh(&app.anonymous(), &changed.refresh).await.unwrap();
    assert_eq!(refresh(&app.anonymous(), &again.refresh).await.unwrap().refresh, newest.refresh);
}

async fn the_name_of_a_device_may_have_any_letters(app: &TestApp) {
    let names: [(&[u8], Value); 6] = [
        ("Müllers Händy".as_bytes(), "Müllers Händy".into()),
        ("携帯 📱".as_bytes(), "携帯 📱".into()),
        (b"M\xfcllers H\xe4ndy", "Müllers Händy".into()),
        ("a\u{202e}b\u{200b}c".as_bytes(), "abc".into()),
        (b"\xff\x80", "ÿ".into()),
        ("\u{200b} ".as_bytes(), Value::Null),
    ];
    for (n, (sent, shown)) in names.into_iter().enumerate() {
        let email = format!("ada{n}@example.com");
        let query = "mutation($input: RegisterInput!) {
            register(input: $input) { ... on RegisterSuccess { session { userAgent } } }
        }";
        let input = serde_json::json!({ "email": email, "password": PASSWORD });
        let body = serde_json::json!({ "query": query, "variables": { "input": input } });
        let agent = reqwest::header::HeaderValue::from_bytes(sent).unwrap();
        let request = reqwest::Client::new().post(app.url("/graphql")).json(&body);
        let answer: Value = request.header("user-agent", agent).send().await.unwrap().json().await.unwrap();
        assert_eq!(at(&answer, "data.register.session.userAgent"), &shown, "{sent:?}");
    }
}
