//! `changePassword`: requires the current password and ends the other sessions.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    the_new_password_works_and_the_old_one_does_not,
    the_other_sessions_end_and_this_one_continues,
    without_the_current_password_nothing_changes,
    a_new_password_must_follow_the_policy,
    a_new_password_must_not_consist_of_names,
    one_of_many_concurrent_password_changes_succeeds,
    without_a_token_nothing_happens,
];

const NEW: &str = "another password";

async fn the_new_password_works_and_the_old_one_does_not(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.change_password(PASSWORD, NEW).await;
    assert_eq!(at(&answer, "data.changePassword.__typename"), "ChangePasswordSuccess", "{answer}");
    assert_eq!(at(&app.anonymous().login("ada@example.com", PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
    app.logged_in("ada@example.com", NEW).await;
}

async fn the_other_sessions_end_and_this_one_continues(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let others = [app.logged_in("ada@example.com", PASSWORD).await, app.logged_in("ada@example.com", PASSWORD).await];

    let answer = ada.change_password(PASSWORD, NEW).await;
    assert_eq!(at(&answer, "data.changePassword.endedSessions"), 2);
    for other in others {
        assert_eq!(other.token_rejection().await, "REVOKED");
    }
    assert_eq!((ada.token_rejection().await, bob.token_rejection().await), (Value::Null, Value::Null));
}

async fn without_the_current_password_nothing_changes(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let other = app.logged_in("ada@example.com", PASSWORD).await;
    for wrong in ["not the password", "", &*"x".repeat(80)] {
        let answer = ada.change_password(wrong, NEW).await;
        assert_eq!(at(&answer, "data.changePassword.code"), "INVALID_CREDENTIALS");
    }
    assert_eq!(other.token_rejection().await, Value::Null);
    app.logged_in("ada@example.com", PASSWORD).await;
}

async fn a_new_password_must_follow_the_policy(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for (new, rule) in [
        ("short", "TOO_SHORT"),
        (&*"xyz ".repeat(65), "TOO_LONG"),
        ("Ada@Example.com", "GUESSABLE"),
        (PASSWORD, "UNCHANGED"),
    ] {
        let answer = ada.change_password(PASSWORD, new).await;
        assert_eq!(at(&answer, "data.changePassword.violations.0.path"), &json!(["input", "newPassword"]), "{answer}");
        assert_eq!(at(&answer, "data.changePassword.violations.0.rule"), rule);
    }
    app.logged_in("ada@example.com", PASSWORD).await;
}

async fn a_new_password_must_not_consist_of_names(app: &TestApp) {
    let app = crate::registration::of_acme(app).await;
    let ada = app.registered("ada.lovelace@example.com").await;
    ada.update_profile(json!({ "displayName": "Countess of Surrey" })).await;
    for password in ["lovelace1815!", "Countess of Surrey 1", "countessOFsurrey", "Acme-Portal-2026", "1latchkey2345"] {
        let answer = ada.change_password(PASSWORD, password).await;
        let violation = at(&answer, "data.changePassword.violations.0");
        assert_eq!(
            (&violation["path"][1], &violation["rule"]),
            (&json!("newPassword"), &json!("GUESSABLE")),
            "{password}"
        );
    }
    app.stop().await;
}

async fn one_of_many_concurrent_password_changes_succeeds(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let news: Vec<String> = (0..8).map(|n| format!("new password {n}")).collect();
    let answers = join_all(news.iter().map(|new| ada.change_password(PASSWORD, new))).await;

    let succeeded: Vec<&String> = answers
        .iter()
        .zip(&news)
        .filter(|(answer, _)| at(answer, "data.changePassword.__typename") == "ChangePasswordSuccess")
        .map(|(_, new)| new)
        .collect();
    assert_eq!(succeeded.len(), 1, "{answers:?}");
    app.logged_in("ada@example.com", succeeded[0]).await;
}

async fn without_a_token_nothing_happens(app: &TestApp) {
    let answer = app.anonymous().change_password(PASSWORD, NEW).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    assert_eq!(answer["data"], json!({ "changePassword": null }));
}
