//! `login`: identifiers, passwords, and refusals that reveal nothing.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    a_user_logs_in_with_the_address_or_the_username,
    an_invalid_access_token_does_not_prevent_a_login,
    an_unknown_user_and_a_wrong_password_get_the_same_answer_at_the_same_cost,
    a_password_is_compared_in_its_normalized_form,
];

async fn a_user_logs_in_with_the_address_or_the_username(app: &TestApp) {
    let input = json!({ "email": "Ada@example.com", "username": "Ada.L", "password": PASSWORD });
    app.anonymous().register_with(input).await;

    for identifier in ["Ada@example.com", "ADA@EXAMPLE.COM", " ada@example.com ", "Ada.L", "ada.l"] {
        let answer = app.anonymous().login(identifier, PASSWORD).await;
        assert_eq!(at(&answer, "data.login.user.username"), "Ada.L", "{identifier}");
    }
    assert_eq!(app.count("sessions").await, 6);
}

async fn an_invalid_access_token_does_not_prevent_a_login(app: &TestApp) {
    app.registered("ada@example.com").await;
    let answer = app.with_token("stale").login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess");
}

async fn an_unknown_user_and_a_wrong_password_get_the_same_answer_at_the_same_cost(app: &TestApp) {
    app.registered("ada@example.com").await;
    app.registered("disabled@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at WHERE email = 'disabled@example.com'").await;
    let long = "x".repeat(80);

    let mut answers = Vec::new();
    for (identifier, password) in [
        ("ada@example.com", "not the password"),
        ("unknown@example.com", PASSWORD),
        ("unknown", PASSWORD),
        ("disabled@example.com", PASSWORD),
        ("disabled@example.com", "not the password"),
        ("ada@example.com", long.as_str()),
        ("unknown@example.com", long.as_str()),
        ("ada@example.com", "nul\0inside"),
        ("ada@example.com", ""),
        ("no identifier at all \0", PASSWORD),
        ("", PASSWORD),
    ] {
        let before = app.hash_rounds().await;
        let answer = app.anonymous().login(identifier, password).await;
        answers.push((answer["data"]["login"].clone(), app.hash_rounds().await - before));
    }
    assert_eq!(answers[0].0["code"], "INVALID_CREDENTIALS");
    assert_eq!(answers[0].1, 1 << 4, "one hash at the configured cost");
    assert!(answers.iter().all(|one| *one == answers[0]), "{answers:#?}");
}

async fn a_password_is_compared_in_its_normalized_form(app: &TestApp) {
    let input = json!({ "username": "ada", "password": "caf\u{e9} au lait" });
    app.anonymous().register_with(input).await;
    app.logged_in("ada", "cafe\u{301} au lait").await;
}
