//! `logout` with a refresh token, when the access token may have expired (RFC 7009).

use chrono::TimeDelta;
use serde_json::Value;

use super::retries::{Pair, refresh};
use crate::support::{PASSWORD, TestApp, at, client::Client, on_both_databases};

on_both_databases![
    a_refresh_token_logs_out_without_a_valid_access_token,
    a_refresh_token_that_was_just_rotated_logs_out,
    a_refresh_token_that_is_not_valid_is_ignored,
    both_tokens_log_out_both_sessions,
    without_a_token_the_user_is_unauthenticated,
];

/// Logs out, and returns the id of the session that was ended.
async fn logged_out(client: &Client, refresh_token: &str) -> Value {
    let answer = client.logout_with(refresh_token).await;
    assert_eq!(at(&answer, "data.logout.__typename"), "LogoutSuccess", "{answer}");
    at(&answer, "data.logout.session")["id"].clone()
}

async fn a_refresh_token_logs_out_without_a_valid_access_token(app: &TestApp) {
    for (n, access) in ["expired", "missing", "malformed"].into_iter().enumerate() {
        let email = format!("ada{n}@example.com");
        let pair = Pair::registered(app, &email).await;
        let session = pair.client(app).session_id().await;
        let other = app.logged_in(&email, PASSWORD).await;
        let client = match access {
            "expired" => {
                app.clock.advance(TimeDelta::minutes(16));
                pair.client(app)
            }
            "missing" => app.anonymous(),
            _ => app.with_token("not a token"),
        };
        assert_eq!(logged_out(&client, &pair.refresh).await, session, "{access}");
        assert_eq!(refresh(&app.anonymous(), &pair.refresh).await.unwrap_err(), "REVOKED", "{access}");
        if access != "expired" {
            assert_eq!(pair.client(app).token_rejection().await, "REVOKED", "{access}");
            assert_eq!(other.token_rejection().await, Value::Null, "{access}");
        }
        assert_eq!(logged_out(&app.anonymous(), &pair.refresh).await, Value::Null, "again");
    }
}

async fn a_refresh_token_that_was_just_rotated_logs_out(app: &TestApp) {
    let old = Pair::registered(app, "ada@example.com").await;
    let new = refresh(&app.anonymous(), &old.refresh).await.unwrap();
    let session = new.client(app).session_id().await;
    assert_eq!(logged_out(&app.anonymous(), &old.refresh).await, session);
    assert_eq!(new.client(app).token_rejection().await, "REVOKED");
    assert_eq!(refresh(&app.anonymous(), &new.refresh).await.unwrap_err(), "REVOKED");
}

async fn a_refresh_token_that_is_not_valid_is_ignored(app: &TestApp) {
    let old = Pair::registered(app, "ada@example.com").await;
    let new = refresh(&app.anonymous(), &old.refresh).await.unwrap();
    assert_eq!(new.client(app).token_rejection().await, Value::Null);
    app.clock.advance(TimeDelta::seconds(16));
    for token in [&*old.refresh, "invented", &"A".repeat(86), &new.access] {
        assert_eq!(logged_out(&app.anonymous(), token).await, Value::Null);
    }
    assert_eq!(new.client(app).token_rejection().await, Value::Null, "the session continues");
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_re%'").await, 0);

    let session = new.client(app).session_id().await;
    assert_eq!(logged_out(&new.client(app), &old.refresh).await, session, "the session of the access token");
    assert_eq!(new.client(app).token_rejection().await, "REVOKED");
}

async fn both_tokens_log_out_both_sessions(app: &TestApp) {
    let (ada, bob) = (Pair::registered(app, "ada@example.com").await, Pair::registered(app, "bob@example.com").await);
    let session = ada.client(app).session_id().await;
    assert_eq!(logged_out(&ada.client(app), &bob.refresh).await, session);
    for pair in [&ada, &bob] {
        assert_eq!(pair.client(app).token_rejection().await, "REVOKED");
    }
}

async fn without_a_token_the_user_is_unauthenticated(app: &TestApp) {
    for answer in [app.anonymous().logout().await, app.anonymous().logout_with(" ").await] {
        assert_eq!(at(&answer, "data.logout"), &Value::Null);
        assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    }
}
