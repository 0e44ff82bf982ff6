//! Taking an e-mail address back that another person has replaced.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    client::Client,
    mail::{AppWithMail, outcome, profile, with_mail},
};

with_mail!(replaced(crate::support::mail::default_settings):
    the_owner_takes_the_address_back_and_logs_out_everyone_else,
    no_further_change_makes_the_link_invalid,
    the_old_address_is_reserved_for_three_days,
    an_address_that_was_never_verified_gets_no_link,
);

/// Replaces the address of a user, as a person who knows the password.
async fn replace(app: &AppWithMail, client: &Client, password: &str, new: &str) {
    client.request_email_change(new, password).await;
    let answer = client.confirm_email_change(&app.token_to(new).await).await;
    assert_eq!(at(&answer, "data.confirmEmailChange.user.email"), &json!(new), "{answer}");
}

async fn the_owner_takes_the_address_back_and_logs_out_everyone_else(app: &AppWithMail) {
    let (address, foreign) = (app.address("ada"), app.address("thief"));
    let ada = app.verified("ada").await;
    replace(app, &ada, PASSWORD, &foreign).await;
    let mail = app.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/reset-password#token="), "{}", mail.link());

    let answer = app.anonymous().reset_password(mail.token(), OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    assert_eq!(ada.token_rejection().await, "REVOKED");
    let owner = app.logged_in(&address, OTHER_PASSWORD).await;
    let user = profile(&owner).await;
    assert_eq!((&user["email"], &user["emailVerified"]), (&json!(address), &json!(true)));
    for (identifier, password) in [(&foreign, OTHER_PASSWORD), (&address, PASSWORD)] {
        let answer = app.anonymous().login(identifier, password).await;
        assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS");
    }
    let answer = app.anonymous().reset_password(mail.token(), PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"), "it can be used once");
}

async fn no_further_change_makes_the_link_invalid(app: &AppWithMail) {
    let (address, first) = (app.address("ada"), app.address("thief"));
    let ada = app.verified("ada").await;
    replace(app, &ada, PASSWORD, &first).await;
    let of_owner = app.token_to(&address).await;
    for n in 0..4 {
        replace(app, &ada, PASSWORD, &app.address(&format!("thief{n}"))).await;
    }
    ada.change_password(PASSWORD, OTHER_PASSWORD).await;
    let last = app.address("thief3");
    app.mail_to(&last).await;
    app.anonymous().request_password_reset(&last).await;
    let answer = app.anonymous().reset_password(&app.token_to(&last).await, "the password of a thief").await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    let of_thief = app.token_to(&first).await;

    let answer = app.anonymous().reset_password(&of_owner, PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    app.logged_in(&address, PASSWORD).await;
    let answer = app.anonymous().reset_password(&of_thief, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"), "later links end with it");
}

async fn the_old_address_is_reserved_for_three_days(app: &AppWithMail) {
    let (address, foreign) = (app.address("ada"), app.address("thief"));
    let ada = app.verified("ada").await;
    let bob = app.verified("bob").await;
    replace(app, &ada, PASSWORD, &foreign).await;
    let link = app.token_to(&address).await;
    let answer = app.anonymous().register(&address.to_uppercase()).await;
    assert_eq!(at(&answer, "data.register.code"), "EMAIL_TAKEN");
    bob.request_email_change(&address, PASSWORD).await;
    let answer = bob.confirm_email_change(&app.token_to(&address).await).await;
    assert_eq!(at(&answer, "data.confirmEmailChange.code"), "EMAIL_TAKEN");

    app.clock.advance(TimeDelta::hours(72));
    let answer = app.anonymous().reset_password(&link, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "EXPIRED"));
    let answer = app.anonymous().register(&address).await;
    assert_eq!(at(&answer, "data.register.user.email"), &json!(address), "{answer}");
}

async fn an_address_that_was_never_verified_gets_no_link(app: &AppWithMail) {
    let (unverified, new) = (app.address("ada"), app.address("new"));
    let ada = app.registered(&unverified).await;
    app.mail_to(&unverified).await;
    replace(app, &ada, PASSWORD, &new).await;
    let notice = app.mail_to(&unverified).await;
    assert!(!notice.text.contains("token="), "it may belong to another person: {}", notice.text);
    assert_eq!(app.count("reservations").await, 0);
}
