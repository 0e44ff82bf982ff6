//! `correctEmail`: a mistyped address that was never verified.

use chrono::TimeDelta;
use latchkey::{accounts::Registration, config::Config};
use serde_json::{Value, json};

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(verified(crate::email::correct::must_verify):
    a_mistyped_address_is_corrected_with_the_password,
    a_wrong_password_and_an_unknown_account_are_the_same,
    the_owner_of_the_new_address_is_notified_instead,
    a_verified_address_is_not_corrected,
    an_address_that_was_never_verified_is_free_again,
);
with_mail!(confirmed(crate::email::correct::must_confirm):
    a_mistyped_address_is_corrected_with_the_password,
    a_wrong_password_and_an_unknown_account_are_the_same,
    the_owner_of_the_new_address_is_notified_instead,
);

fn must_verify(config: &mut Config) {
    config.registration.require_verified_email = true;
}

fn must_confirm(config: &mut Config) {
    config.registration.mode = Registration::Confirm;
}

fn code(answer: &Value) -> &str {
    at(answer, "data.correctEmail")["code"].as_str().unwrap_or_default()
}

/// Registers a user with this username, whose address is not verified, and returns the token from the mail.
async fn register(app: &AppWithMail, address: &str, username: &str) -> String {
    let input = json!({ "email": address, "username": username, "password": PASSWORD });
    let answer = app.anonymous().register_with(input).await;
    assert_eq!(outcome(&answer, "register").0, "RegistrationPending", "{answer}");
    app.token_to(address).await
}

async fn a_mistyped_address_is_corrected_with_the_password(app: &AppWithMail) {
    for (n, by_address) in [false, true].into_iter().enumerate() {
        let (wrong, right) = (app.address(&format!("wrong{n}")), app.address(&format!("right{n}")));
        let username = format!("ada{n}");
        let to_wrong = register(app, &wrong, &username).await;
        let identifier = if by_address { &wrong } else { &username };

        let answer = app.anonymous().correct_email(identifier, PASSWORD, &right).await;
        assert_eq!(at(&answer, "data.correctEmail.email"), &json!(right), "{answer}");
        let to_right = app.token_to(&right).await;
        let answer = app.anonymous().verify_email(&to_wrong).await;
        assert_eq!(outcome(&answer, "verifyEmail").0, "TicketRejected", "{answer}");
        let answer = app.anonymous().verify_email(&to_right).await;
        assert_eq!(at(&answer, "data.verifyEmail.user.email"), &json!(right), "{answer}");
        let ada = app.logged_in(&username, PASSWORD).await;
        assert_eq!(profile(&ada).await["emailVerified"], true);
        assert_eq!(app.unread(&wrong).await, 0, "no other mail goes to the wrong address");
    }
}

async fn a_wrong_password_and_an_unknown_account_are_the_same(app: &AppWithMail) {
    register(app, &app.address("wrong"), "ada").await;
    let right = app.address("right");
    for (identifier, password) in [
        ("ada", OTHER_PASSWORD),
        ("ada", ""),
        ("unknown", PASSWORD),
        ("unknown@example.com", PASSWORD),
        ("a b", PASSWORD),
    ] {
        let rounds = app.hash_rounds().await;
        let answer = app.anonymous().correct_email(identifier, password, &right).await;
        assert_eq!(code(&answer), "INVALID_CREDENTIALS", "{identifier}");
        assert_eq!(app.hash_rounds().await - rounds, 1 << 4, "the same work: {identifier}");
    }
    assert_eq!(app.unread(&right).await, 0);
    let answer = app.anonymous().correct_email("ada", PASSWORD, "no address").await;
    assert_eq!(at(&answer, "data.correctEmail.violations.0.path"), &json!(["input", "newEmail"]));
}

async fn the_owner_of_the_new_address_is_notified_instead(app: &AppWithMail) {
    let address = app.address("owner");
    let link = register(app, &address, "owner").await;
    app.anonymous().verify_email(&link).await;
    register(app, &app.address("wrong"), "eve").await;

    let answer = app.anonymous().correct_email("eve", PASSWORD, &address).await;
    assert_eq!(at(&answer, "data.correctEmail.email"), &json!(address), "the same response: {answer}");
    let mail = app.mail_to(&address).await;
    assert!(!mail.text.contains("token="), "{}", mail.text);
    let owner = app.logged_in(&address, PASSWORD).await;
    assert_eq!(profile(&owner).await["username"], "owner");
}

async fn a_verified_address_is_not_corrected(app: &AppWithMail) {
    let link = register(app, &app.address("ada"), "ada").await;
    app.anonymous().verify_email(&link).await;
    let answer = app.anonymous().correct_email("ada", PASSWORD, &app.address("other")).await;
    assert_eq!(code(&answer), "EMAIL_ALREADY_VERIFIED");
    app.anonymous().register_with(json!({ "username": "bob", "password": PASSWORD })).await;
    let answer = app.anonymous().correct_email("bob", PASSWORD, &app.address("other")).await;
    assert_eq!(code(&answer), "NO_EMAIL_ADDRESS");
}

async fn an_address_that_was_never_verified_is_free_again(app: &AppWithMail) {
    let (ada, bob) = (app.address("ada"), app.address("bob"));
    register(app, &ada, "ada").await;
    let link = register(app, &bob, "bob").await;
    app.anonymous().verify_email(&link).await;
    app.all_sent().await;
    app.clock.advance(TimeDelta::days(29));
    app.accounts.clean_up().await.unwrap();
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.code"), "USERNAME_TAKEN");
    app.clock.advance(TimeDelta::days(2));
    app.accounts.clean_up().await.unwrap();
    register(app, &ada, "ada").await;
    app.logged_in(&bob, PASSWORD).await;
}
