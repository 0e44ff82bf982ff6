//! Registrations that have to be confirmed by mail, that are closed, and users who have to verify their address.

use latchkey::{accounts::Registration, config::Config};
use serde_json::json;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    mail::{AppWithMail, outcome, profile, with_mail},
    metrics::value,
};

with_mail!(to_be_confirmed(crate::registration::pending::confirmed):
    following_the_link_completes_the_registration,
    only_the_owner_learns_that_an_address_has_an_account,
    known_and_unknown_addresses_cause_the_same_work,
    a_registration_to_be_confirmed_requires_an_address,
    a_taken_username_is_reported_although_addresses_are_not,
    each_link_confirms_the_password_of_its_own_registration,
    mails_to_one_address_are_limited,
);

with_mail!(refused(crate::registration::pending::closed):
    registration_is_refused,
);

with_mail!(to_be_verified(crate::registration::pending::verified):
    a_user_with_an_unverified_address_cannot_log_in,
    a_user_without_an_address_can_log_in,
);

with_mail!(to_be_verified_and_confirmed(crate::registration::pending::both):
    following_the_link_completes_the_registration,
);

fn confirmed(config: &mut Config) {
    config.registration.mode = Registration::Confirm;
}

fn closed(config: &mut Config) {
    config.registration.mode = Registration::Closed;
}

fn verified(config: &mut Config) {
    config.registration.require_verified_email = true;
}

fn both(config: &mut Config) {
    config.registration.mode = Registration::Confirm;
    config.registration.require_verified_email = true;
}

async fn following_the_link_completes_the_registration(app: &AppWithMail) {
    let address = app.address("Ada");
    let input = json!({ "email": address, "username": "ada", "displayName": "Ada", "password": PASSWORD });
    let answer = app.anonymous().register_with(input).await;
    assert_eq!(at(&answer, "data.register"), &json!({ "__typename": "RegistrationPending", "email": address }));
    assert_eq!(app.count("users").await, 0);
    assert_eq!(at(&app.anonymous().login(&address, PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");

    let mail = app.mail_to(&address).await;
    assert!(
        !mail.text.contains("Ada,"),
        "the mail may reach another person, so it must not have texts of the client: {}",
        mail.text
    );
    let token = mail.token().to_owned();
    let answer = app.anonymous().verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    let ada = profile(&app.logged_in(&address, PASSWORD).await).await;
    assert_eq!(&ada, at(&answer, "data.verifyEmail.user"));
    assert_eq!((&ada["username"], &ada["displayName"]), (&json!("ada"), &json!("Ada")));
    assert_eq!((&ada["email"], &ada["emailVerified"]), (&json!(address), &json!(true)));
    assert_eq!(app.count("newcomers").await, 0);

    let answer = app.anonymous().verify_email(&token).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "USED"));
}

async fn only_the_owner_learns_that_an_address_has_an_account(app: &AppWithMail) {
    let address = app.address("ada");
    app.anonymous().register(&address).await;
    let token = app.token_to(&address).await;
    app.anonymous().verify_email(&token).await;

    let again = json!({ "email": address.to_uppercase(), "password": OTHER_PASSWORD });
    let answer = app.anonymous().register_with(again).await;
    let pending = json!({ "__typename": "RegistrationPending", "email": address.to_uppercase() });
    assert_eq!(at(&answer, "data.register"), &pending, "the same answer as for an unknown address");
    let mail = app.mail_to(&address).await;
    assert!(!mail.text.contains("token="), "{}", mail.text);
    assert_eq!(app.unread(&address).await, 0);
    app.logged_in(&address, PASSWORD).await;
    assert_eq!(at(&app.anonymous().login(&address, OTHER_PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
}

async fn known_and_unknown_addresses_cause_the_same_work(app: &AppWithMail) {
    let known = app.address("ada");
    app.anonymous().register(&known).await;
    let token = app.token_to(&known).await;
    app.anonymous().verify_email(&token).await;

    let work = async |address: String, password: &'static str| {
        let tokens = async || value(&app.metrics().await, r#"latchkey_events_total{event="authn_token_created"}"#);
        let before = (app.hash_rounds().await, tokens().await, app.count("newcomers").await);
        app.anonymous().register_with(json!({ "email": address, "password": password })).await;
        app.anonymous().login(&address, "a wrong password").await;
        app.anonymous().request_password_reset(&address).await;
        let after = (app.hash_rounds().await, tokens().await, app.count("newcomers").await);
        (after.0 - before.0, after.1 - before.1, after.2 - before.2)
    };
    let (of_known, of_unknown) = (work(known, PASSWORD).await, work(app.address("eve"), PASSWORD).await);
    assert_eq!(of_known, (2 << 4, 2, 1));
    assert_eq!(of_unknown, of_known);
}

async fn a_registration_to_be_confirmed_requires_an_address(app: &AppWithMail) {
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.violations.0.path"), &json!(["input", "email"]));
    assert_eq!(at(&answer, "data.register.violations.0.rule"), "REQUIRED");
}

async fn a_taken_username_is_reported_although_addresses_are_not(app: &AppWithMail) {
    let register = async |name: &str| {
        let input = json!({ "email": app.address(name), "username": "Ada", "password": PASSWORD });
        app.anonymous().register_with(input).await
    };
    register("ada").await;
    register("bob").await;
    let [first, second] = [app.token_to(&app.address("ada")).await, app.token_to(&app.address("bob")).await];
    let answer = app.anonymous().verify_email(&second).await;
    assert_eq!(at(&answer, "data.verifyEmail.user.username"), "Ada", "the first confirmation gets the username");
    let answer = app.anonymous().verify_email(&first).await;
    assert_eq!(at(&answer, "data.verifyEmail.user.username"), &json!(null));
    app.logged_in(&app.address("ada"), PASSWORD).await;
    assert_eq!(at(&register("eve").await, "data.register.code"), "USERNAME_TAKEN");
}

/// A thief registers the address of another user with their own password. The registration of the owner is not affected.
async fn each_link_confirms_the_password_of_its_own_registration(app: &AppWithMail) {
    let address = app.address("ada");
    app.anonymous().register_with(json!({ "email": address, "password": "the password of a thief" })).await;
    let of_thief = app.token_to(&address).await;
    app.anonymous().register_with(json!({ "email": address, "password": PASSWORD })).await;
    let of_owner = app.token_to(&address).await;
    app.anonymous().register_with(json!({ "email": address, "password": "the password of a thief" })).await;

    let answer = app.anonymous().verify_email(&of_owner).await;
    assert_eq!(outcome(&answer, "verifyEmail").0, "VerifyEmailSuccess", "{answer}");
    app.logged_in(&address, PASSWORD).await;
    let answer = app.anonymous().verify_email_with(&of_thief, json!("the password of a thief")).await;
    assert_eq!(at(&answer, "data.verifyEmail.code"), "EMAIL_TAKEN");
    let answer = app.anonymous().login(&address, "the password of a thief").await;
    assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS");
}

async fn mails_to_one_address_are_limited(app: &AppWithMail) {
    app.clock.stop();
    let address = app.address("ada");
    for _ in 0..5 {
        let answer = app.anonymous().register(&address).await;
        assert_eq!(outcome(&answer, "register").0, "RegistrationPending", "{answer}");
    }
    let answer = app.anonymous().register(&address).await;
    assert_eq!(at(&answer, "data.register.code"), "TOO_MANY_ATTEMPTS");
}

async fn registration_is_refused(app: &AppWithMail) {
    let answer = app.anonymous().register(&app.address("ada")).await;
    assert_eq!(at(&answer, "data.register.code"), "REGISTRATION_CLOSED");
    assert_eq!((app.count("users").await, app.hash_rounds().await), (0, 0));
}

async fn a_user_with_an_unverified_address_cannot_log_in(app: &AppWithMail) {
    let address = app.address("ada");
    let answer = app.anonymous().register(&address).await;
    assert_eq!(at(&answer, "data.register"), &json!({ "__typename": "RegistrationPending", "email": address }));
    let first = app.token_to(&address).await;
    let again = app.anonymous().register(&address).await;
    assert_eq!(at(&again, "data.register.code"), "EMAIL_TAKEN");

    let answer = app.anonymous().login(&address, "a wrong password").await;
    assert_eq!(
        at(&answer, "data.login.code"),
        "INVALID_CREDENTIALS",
        "only a client with the right password learns the reason"
    );
    let answer = app.anonymous().login(&address, PASSWORD).await;
    assert_eq!(at(&answer, "data.login.code"), "EMAIL_NOT_VERIFIED");
    let second = app.token_to(&address).await;
    assert_eq!(app.count("sessions").await, 0);

    app.anonymous().verify_email(&second).await;
    let answer = app.anonymous().verify_email(&first).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "USED"));
    let ada = app.logged_in(&address, PASSWORD).await;
    assert_eq!(profile(&ada).await["emailVerified"], true);

    // If the address is no longer verified, the sessions are no longer valid.
    app.sql("UPDATE users SET email_verified_at = NULL").await;
    assert_eq!(ada.token_rejection().await, "REVOKED");
    let mails = async || {
        assert_eq!(at(&app.anonymous().login(&address, PASSWORD).await, "data.login.code"), "EMAIL_NOT_VERIFIED");
    };
    for _ in 0..7 {
        mails().await;
    }
    let mails = app.unread(&address).await;
    assert!((1..=4).contains(&mails), "at most five mails are sent, and none for replaced tickets: {mails}");
}

async fn a_user_without_an_address_can_log_in(app: &AppWithMail) {
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    let ada = app.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap());
    assert_eq!(profile(&ada).await["username"], "ada");
    // The user can still log in with a verified address.
    let address = app.address("ada");
    ada.request_email_change(&address, PASSWORD).await;
    let mail = app.mail_to(&address).await;
    ada.confirm_email_change(mail.token()).await;
    app.logged_in(&address, PASSWORD).await;
}
