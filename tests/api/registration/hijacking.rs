//! Another person registers with the address of its owner first: the owner always wins.

use latchkey::{accounts::Registration, config::Config};
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, at,
    client::Client,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(open(crate::support::mail::default_settings):
    a_link_does_not_verify_an_account_with_the_password_of_another_person,
    a_password_verifies_only_its_own_account,
    a_mail_says_when_from_where_and_for_which_name_it_was_requested,
    wrong_passwords_at_a_link_are_guesses,
);
with_mail!(verified(crate::registration::hijacking::must_verify):
    a_link_does_not_verify_an_account_with_the_password_of_another_person,
);
with_mail!(confirmed(crate::registration::hijacking::must_confirm):
    a_link_does_not_verify_an_account_with_the_password_of_another_person,
    each_registration_keeps_its_own_password,
    a_mail_says_when_from_where_and_for_which_name_it_was_requested,
);

const THIEF: &str = "the password of a thief";

fn must_verify(config: &mut Config) {
    config.registration.require_verified_email = true;
}

fn must_confirm(config: &mut Config) {
    config.registration.mode = Registration::Confirm;
}

/// The code of the refusal; empty if the address was verified.
fn code(answer: &Value) -> &str {
    at(answer, "data.verifyEmail")["code"].as_str().unwrap_or_default()
}

/// The thief cannot log in, or only to an account whose address is not verified.
async fn is_not_verified_for_the_thief(app: &AppWithMail, address: &str) {
    let answer = app.anonymous().login(address, THIEF).await;
    if let Some(token) = at(&answer, "data.login")["tokens"]["accessToken"].as_str() {
        assert_ne!(profile(&app.with_token(token)).await["emailVerified"], true, "{answer}");
    }
}

async fn a_link_does_not_verify_an_account_with_the_password_of_another_person(app: &AppWithMail) {
    let address = app.address("ada");
    app.anonymous().register_with(json!({ "email": address, "password": THIEF })).await;
    let mut links = vec![app.token_to(&address).await];
    // Where an account exists already, a login makes the server send another mail.
    app.anonymous().login(&address, THIEF).await;
    app.all_sent().await;
    if app.unread(&address).await > 0 {
        links.push(app.token_to(&address).await);
    }
    let other = app.anonymous().register_with(json!({ "email": app.address("bob"), "password": PASSWORD })).await;
    let token = at(&other, "data.register")["tokens"]["accessToken"].as_str().unwrap_or("none");
    let callers: [Client; 2] = [app.anonymous(), app.with_token(token)];

    for link in &links {
        for caller in &callers {
            for password in [json!(null), json!(""), json!(PASSWORD)] {
                let answer = caller.verify_email_with(link, password).await;
                // Each login sends another mail, and only the last three links are valid.
                let is_outdated = outcome(&answer, "verifyEmail") == ("TicketRejected", "INVALID");
                assert!(is_outdated || code(&answer) == "INVALID_CREDENTIALS", "{answer}");
                is_not_verified_for_the_thief(app, &address).await;
            }
        }
    }
    // The owner takes the account with a reset, where there is one.
    app.clock.advance(chrono::TimeDelta::hours(1));
    while app.unread(&address).await > 0 {
        app.mail_to(&address).await;
    }
    if app.count("users").await > 1 || app.count("newcomers").await == 0 {
        app.anonymous().request_password_reset(&address).await;
        let link = app.token_to(&address).await;
        let answer = app.anonymous().reset_password(&link, PASSWORD).await;
        assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
        let owner = app.logged_in(&address, PASSWORD).await;
        assert_eq!(profile(&owner).await["emailVerified"], true);
        let answer = app.anonymous().login(&address, THIEF).await;
        assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS");
    }
}

async fn a_password_verifies_only_its_own_account(app: &AppWithMail) {
    let (ada, bob) = (app.address("ada"), app.address("bob"));
    app.anonymous().register_with(json!({ "email": ada, "password": THIEF })).await;
    let link = app.token_to(&ada).await;
    let bob = app.registered(&bob).await;
    let answer = bob.verify_email_with(&link, json!(PASSWORD)).await;
    assert_eq!(code(&answer), "INVALID_CREDENTIALS", "the password and the token are those of another account");
    assert_eq!(profile(&bob).await["emailVerified"], false);
    let answer = bob.verify_email_with(&link, json!(THIEF)).await;
    assert_eq!(at(&answer, "data.verifyEmail.user.email"), &json!(ada), "the link is still valid");
}

async fn each_registration_keeps_its_own_password(app: &AppWithMail) {
    for (n, first_is_owner) in [true, false].into_iter().enumerate() {
        let address = app.address(&format!("ada{n}"));
        let register = async |is_owner: bool| {
            let (username, password) =
                if is_owner { (format!("ada{n}"), PASSWORD) } else { (format!("eve{n}"), THIEF) };
            let input = json!({ "email": address, "username": username, "password": password });
            app.anonymous().register_with(input).await;
            app.token_to(&address).await
        };
        let first = register(first_is_owner).await;
        let second = register(!first_is_owner).await;
        let (of_owner, of_thief) = if first_is_owner { (first, second) } else { (second, first) };

        let answer = app.anonymous().verify_email_with(&of_thief, json!(PASSWORD)).await;
        assert_eq!(code(&answer), "INVALID_CREDENTIALS", "{answer}");
        let answer = app.anonymous().verify_email_with(&of_owner, json!(PASSWORD)).await;
        assert_eq!(at(&answer, "data.verifyEmail.user.username"), &json!(format!("ada{n}")), "{answer}");
        let answer = app.anonymous().verify_email_with(&of_thief, json!(THIEF)).await;
        assert_eq!(code(&answer), "EMAIL_TAKEN", "{answer}");
        assert_eq!(at(&app.anonymous().login(&address, THIEF).await, "data.login.code"), "INVALID_CREDENTIALS");
    }
}

async fn wrong_passwords_at_a_link_are_guesses(app: &AppWithMail) {
    app.clock.stop();
    let address = app.address("ada");
    app.registered(&address).await;
    let link = app.token_to(&address).await;
    for _ in 0..5 {
        assert_eq!(code(&app.anonymous().verify_email_with(&link, json!(THIEF)).await), "INVALID_CREDENTIALS");
    }
    assert_eq!(code(&app.anonymous().verify_email_with(&link, json!(PASSWORD)).await), "TOO_MANY_ATTEMPTS");
}

async fn a_mail_says_when_from_where_and_for_which_name_it_was_requested(app: &AppWithMail) {
    let address = app.address("ada");
    let input = json!({ "email": address, "username": "mallory", "password": PASSWORD });
    let client = app.anonymous().with_header("user-agent", "Mozilla/5.0 (Windows NT 10.0) Firefox/143.0");
    client.register_with(input).await;
    let mail = app.mail_to(&address).await;
    let day = app.clock.to_clock().now().format("%Y-%m-%d").to_string();
    for expected in
        ["Username of the account: mallory", "Firefox, Windows", "from the IP address 127.0.0.1", &day, "UTC"]
    {
        assert!(mail.text.contains(expected), "{expected}: {}", mail.text);
    }
}
