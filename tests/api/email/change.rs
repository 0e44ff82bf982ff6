//! `requestEmailChange` and `confirmEmailChange`.

use serde_json::json;

use crate::support::{
    PASSWORD, at,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(another_address(crate::support::mail::default_settings):
    a_new_address_is_confirmed_and_the_old_one_is_notified,
    an_email_change_requires_the_password,
    only_the_owner_of_a_taken_address_is_notified,
    the_first_user_to_register_an_address_keeps_it,
    a_confirmation_link_works_only_for_the_user_who_requested_it,
    a_user_without_an_address_can_add_one,
);

async fn a_new_address_is_confirmed_and_the_old_one_is_notified(app: &AppWithMail) {
    let (old, new) = (app.address("ada"), app.address("Lovelace"));
    let ada = app.registered(&old).await;
    app.mail_to(&old).await;

    let answer = ada.request_email_change(&format!(" {new} "), PASSWORD).await;
    assert_eq!(at(&answer, "data.requestEmailChange.email"), &json!(new));
    let mail = app.mail_to(&new).await;
    assert!(mail.link().starts_with("https://app.example.com/confirm-email-change#token="), "{}", mail.link());
    assert_eq!(profile(&ada).await["email"], json!(old), "the address changes only when it is confirmed");
    app.logged_in(&old, PASSWORD).await;

    let answer = ada.confirm_email_change(mail.token()).await;
    assert_eq!(at(&answer, "data.confirmEmailChange.user.email"), &json!(new), "{answer}");
    assert_eq!(at(&answer, "data.confirmEmailChange.user.emailVerified"), true);
    app.logged_in(&new, PASSWORD).await;
    assert_eq!(at(&app.anonymous().login(&old, PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
    let notice = app.mail_to(&old).await;
    assert!(!notice.text.contains("token="), "{}", notice.text);

    let again = ada.confirm_email_change(mail.token()).await;
    assert_eq!(outcome(&again, "confirmEmailChange"), ("TicketRejected", "USED"));
    app.registered(&old).await;
}

async fn an_email_change_requires_the_password(app: &AppWithMail) {
    app.clock.stop();
    let (old, new) = (app.address("ada"), app.address("new"));
    let ada = app.registered(&old).await;
    for _ in 0..5 {
        let answer = ada.request_email_change(&new, "a wrong password").await;
        assert_eq!(at(&answer, "data.requestEmailChange.code"), "INVALID_CREDENTIALS");
    }
    let answer = ada.request_email_change(&new, PASSWORD).await;
    assert_eq!(
        at(&answer, "data.requestEmailChange.code"),
        "TOO_MANY_ATTEMPTS",
        "wrong passwords are limited as in a login"
    );
    let answer = ada.request_email_change("no address", PASSWORD).await;
    assert_eq!(at(&answer, "data.requestEmailChange.violations.0.path"), &json!(["input", "newEmail"]));
    let answer = app.anonymous().request_email_change(&new, PASSWORD).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    assert_eq!(app.unread(&new).await, 0);
}

async fn only_the_owner_of_a_taken_address_is_notified(app: &AppWithMail) {
    let (ada, bob) = (app.address("ada"), app.address("bob"));
    let bob_client = app.registered(&bob).await;
    app.mail_to(&bob).await;
    let client = app.registered(&ada).await;
    app.mail_to(&ada).await;

    let answer = client.request_email_change(&bob, PASSWORD).await;
    assert_eq!(at(&answer, "data.requestEmailChange.email"), &json!(bob), "the same answer as for an unknown address");
    let mail = app.mail_to(&bob).await;
    assert!(!mail.text.contains("token="), "{}", mail.text);
    assert_eq!(app.unread(&ada).await, 0);
    assert_eq!((&profile(&client).await["email"], &profile(&bob_client).await["email"]), (&json!(ada), &json!(bob)));
}

async fn the_first_user_to_register_an_address_keeps_it(app: &AppWithMail) {
    let (old, new) = (app.address("ada"), app.address("new"));
    let ada = app.registered(&old).await;
    ada.request_email_change(&new, PASSWORD).await;
    let token = app.token_to(&new).await;
    app.registered(&new).await;
    let answer = ada.confirm_email_change(&token).await;
    assert_eq!(at(&answer, "data.confirmEmailChange.code"), "EMAIL_TAKEN");
    assert_eq!(profile(&ada).await["email"], json!(old));
}

async fn a_confirmation_link_works_only_for_the_user_who_requested_it(app: &AppWithMail) {
    let new = app.address("new");
    let ada = app.registered(&app.address("ada")).await;
    let bob = app.registered(&app.address("bob")).await;
    ada.request_email_change(&new, PASSWORD).await;
    let token = app.token_to(&new).await;
    let answer = bob.confirm_email_change(&token).await;
    assert_eq!(outcome(&answer, "confirmEmailChange"), ("TicketRejected", "OTHER_USER"));
    let answer = app.anonymous().confirm_email_change(&token).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
    let answer = ada.confirm_email_change(&token).await;
    assert_eq!(outcome(&answer, "confirmEmailChange").0, "ConfirmEmailChangeSuccess", "{answer}");
}

async fn a_user_without_an_address_can_add_one(app: &AppWithMail) {
    let new = app.address("ada");
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    let ada = app.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap());
    ada.request_email_change(&new, PASSWORD).await;
    ada.confirm_email_change(&app.token_to(&new).await).await;
    let ada = profile(&ada).await;
    assert_eq!((&ada["email"], &ada["username"], &ada["emailVerified"]), (&json!(new), &json!("ada"), &json!(true)));
    assert_eq!(app.unread(&new).await, 0, "there is no old address to notify");
}
