//! `changeUsername`: takes the password, notifies the user, and reserves the old name.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    client::Client,
    mail::{AppWithMail, profile, with_mail},
};

with_mail!(changed(crate::support::mail::default_settings):
    a_username_can_be_changed_with_the_password_and_used_to_log_in,
    a_mail_notifies_the_user,
    an_access_token_alone_changes_no_login_name,
    the_old_username_is_reserved_for_its_user,
    a_taken_username_is_refused,
    a_user_without_a_username_gets_one,
    one_of_two_concurrent_changes_to_one_username_succeeds,
);

/// A user with this username and an e-mail address, with all mails read.
async fn named(app: &AppWithMail, username: &str) -> Client {
    let input = json!({ "email": app.address(username), "username": username, "password": PASSWORD });
    let answer = app.anonymous().register_with(input).await;
    app.mail_to(&app.address(username)).await;
    app.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap())
}

fn code(answer: &Value) -> &str {
    at(answer, "data.changeUsername")["code"].as_str().unwrap_or_default()
}

async fn a_username_can_be_changed_with_the_password_and_used_to_log_in(app: &AppWithMail) {
    let ada = named(app, "ada").await;
    let answer = ada.change_username("Countess", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.user.username"), "Countess", "{answer}");
    app.logged_in("countess", PASSWORD).await;
    assert_eq!(at(&app.anonymous().login("ada", PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
    let answer = ada.change_username("COUNTESS", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.user.username"), "COUNTESS", "{answer}");
}

async fn a_mail_notifies_the_user(app: &AppWithMail) {
    let ada = named(app, "ada").await;
    ada.change_username("countess", PASSWORD).await;
    let mail = app.mail_to(&app.address("ada")).await;
    assert_eq!(mail.subject, "Your username was changed");
    assert!(mail.text.contains("Username of the account: countess"), "{}", mail.text);
    ada.change_username("countess", PASSWORD).await;
    assert_eq!(app.unread(&app.address("ada")).await, 0, "nothing changed");
}

async fn an_access_token_alone_changes_no_login_name(app: &AppWithMail) {
    let ada = named(app, "ada").await;
    for password in [OTHER_PASSWORD, ""] {
        assert_eq!(code(&ada.change_username("countess", password).await), "INVALID_CREDENTIALS");
    }
    let answer =
        ada.execute("mutation { updateProfile(input: { username: \"countess\" }) { __typename } }", json!({})).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "GRAPHQL_VALIDATION_FAILED", "{answer}");
    let answer = app.anonymous().change_username("countess", PASSWORD).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    assert_eq!(profile(&ada).await["username"], "ada");
}

async fn the_old_username_is_reserved_for_its_user(app: &AppWithMail) {
    let (ada, bob) = (named(app, "ada").await, named(app, "bob").await);
    ada.change_username("countess", PASSWORD).await;
    for name in ["ada", "ADA"] {
        assert_eq!(code(&bob.change_username(name, PASSWORD).await), "USERNAME_TAKEN");
        let answer = app.anonymous().register_with(json!({ "username": name, "password": PASSWORD })).await;
        assert_eq!(at(&answer, "data.register.code"), "USERNAME_TAKEN");
    }
    let answer = ada.change_username("Ada", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.user.username"), "Ada", "its user takes it back");
    ada.change_username("lovelace", PASSWORD).await;
    app.clock.advance(TimeDelta::days(180));
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.user.username"), "ada", "{answer}");
}

async fn a_taken_username_is_refused(app: &AppWithMail) {
    named(app, "ada").await;
    let bob = named(app, "bob").await;
    assert_eq!(code(&bob.change_username("ADA", PASSWORD).await), "USERNAME_TAKEN");
    let answer = bob.change_username("a@b", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.violations.0.path"), &json!(["input", "newUsername"]));
    app.logged_in("bob", PASSWORD).await;
}

async fn a_user_without_a_username_gets_one(app: &AppWithMail) {
    let ada = app.registered(&app.address("ada")).await;
    let answer = ada.change_username("ada", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.user.username"), "ada", "{answer}");
    assert_eq!(app.count("reservations").await, 0);
}

async fn one_of_two_concurrent_changes_to_one_username_succeeds(app: &AppWithMail) {
    let (ada, bob) = (named(app, "ada").await, named(app, "bob").await);
    let (one, other) = tokio::join!(ada.change_username("eve", PASSWORD), bob.change_username("eve", PASSWORD));
    let mut codes = [code(&one), code(&other)];
    codes.sort_unstable();
    assert_eq!(codes, ["", "USERNAME_TAKEN"], "{one} {other}");
}
