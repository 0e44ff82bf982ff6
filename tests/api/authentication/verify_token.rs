//! `verifyToken`: whether an access token is valid now.

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{PASSWORD, TestApp, on_both_databases};

on_both_databases![
    a_valid_token_gets_the_established_message,
    a_token_expires_to_the_second,
    a_token_of_an_ended_session_is_revoked,
    a_token_of_a_disabled_user_is_revoked_and_valid_again_when_enabled,
    a_token_of_a_deleted_user_is_revoked,
    a_token_from_a_clock_that_is_ahead_is_not_yet_valid,
    a_token_of_an_expired_session_is_revoked,
];

async fn a_valid_token_gets_the_established_message(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    // The operation requires no access token.
    let verified = app.anonymous().verify(ada.token.as_deref().unwrap()).await;

    assert_eq!(verified["valid"], true);
    assert_eq!(verified["message"], "Token is valid");
    assert_eq!(verified["reason"], Value::Null);
    assert_eq!(verified["user"]["email"], "ada@example.com");
    assert_eq!(verified["claims"]["iss"], "latchkey");
    assert_eq!(verified["claims"]["aud"][0], "latchkey");
    assert_eq!(verified["claims"]["sub"], verified["user"]["id"]);
}

async fn a_token_expires_to_the_second(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.clock.advance(TimeDelta::seconds(15 * 60 - 2));
    assert_eq!(ada.token_rejection().await, Value::Null);
    app.clock.advance(TimeDelta::seconds(2));
    assert_eq!(ada.token_rejection().await, "EXPIRED");

    let verified = app.anonymous().verify(ada.token.as_deref().unwrap()).await;
    assert_eq!(
        (&verified["valid"], &verified["claims"], &verified["user"]),
        (&false.into(), &Value::Null, &Value::Null)
    );
}

async fn a_token_of_an_ended_session_is_revoked(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let other = app.logged_in("ada@example.com", PASSWORD).await;
    ada.change_password(PASSWORD, "another password").await;
    assert_eq!(other.token_rejection().await, "REVOKED");
    assert_eq!(ada.token_rejection().await, Value::Null);
    let answer = other.profile().await;
    assert_eq!(answer["errors"][0]["extensions"]["reason"], "REVOKED");
}

async fn a_token_of_a_disabled_user_is_revoked_and_valid_again_when_enabled(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at").await;
    assert_eq!(ada.token_rejection().await, "REVOKED");
    app.sql("UPDATE users SET disabled_at = NULL").await;
    assert_eq!(ada.token_rejection().await, Value::Null);
}

async fn a_token_of_a_deleted_user_is_revoked(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.sql("DELETE FROM users").await;
    assert_eq!(ada.token_rejection().await, "REVOKED");
    assert_eq!(app.count("sessions").await + app.count("passwords").await, 0);
}

async fn a_token_from_a_clock_that_is_ahead_is_not_yet_valid(app: &TestApp) {
    app.clock.advance(TimeDelta::seconds(60));
    let ada = app.registered("ada@example.com").await;
    app.clock.advance(TimeDelta::seconds(-8));
    assert_eq!(ada.token_rejection().await, "NOT_YET_VALID");
    // A difference of a few seconds between the clocks of two machines is tolerated.
    app.clock.advance(TimeDelta::seconds(5));
    assert_eq!(ada.token_rejection().await, Value::Null);
}

async fn a_token_of_an_expired_session_is_revoked(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.sql("UPDATE sessions SET expires_at = created_at").await;
    assert_eq!(ada.token_rejection().await, "REVOKED");
}
