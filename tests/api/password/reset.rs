//! `requestPasswordReset` and `resetPassword`.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use latchkey::mail::MailDelivery;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, TestApp, at,
    database::TestDatabase,
    mail::{AppWithMail, MailServer, PENDING, outcome, profile, with_mail},
    proxy::{Link, Proxy},
};

with_mail!(forgotten(crate::support::mail::default_settings):
    the_link_in_the_mail_sets_a_new_password,
    an_address_without_an_account_gets_the_same_answer_and_no_mail,
    an_invalid_new_password_does_not_use_up_the_ticket,
    a_ticket_is_invalid_after_a_change_of_the_password,
    a_ticket_is_invalid_after_a_change_of_the_address,
    a_pending_email_change_is_invalid_after_a_password_reset,
    links_of_mails_in_any_order_are_valid_until_one_is_used,
    a_reset_ticket_is_valid_for_an_hour,
    one_of_twenty_concurrent_resets_with_one_ticket_succeeds,
    links_lead_to_the_frontend_whatever_headers_the_request_has,
    a_disabled_user_gets_no_mail,
    an_invalid_ticket_causes_no_hashing,
);

async fn the_link_in_the_mail_sets_a_new_password(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    app.mail_to(&address).await;
    assert_eq!(profile(&ada).await["emailVerified"], false);

    // The request has another spelling; the mail goes to the spelling of the registration.
    let answer = app.anonymous().request_password_reset(&format!(" {} ", address.to_uppercase())).await;
    assert_eq!(at(&answer, "data.requestPasswordReset.email"), &json!(address.to_uppercase()));
    let mail = app.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/reset-password#token="), "{}", mail.link());

    let answer = app.anonymous().reset_password(mail.token(), OTHER_PASSWORD).await;
    assert_eq!(at(&answer, "data.resetPassword.endedSessions"), 1, "{answer}");
    assert_eq!(ada.token_rejection().await, "REVOKED");
    assert_eq!(at(&app.anonymous().login(&address, PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
    let ada = app.logged_in(&address, OTHER_PASSWORD).await;
    assert_eq!(profile(&ada).await["emailVerified"], true, "the mail also verifies the address");

    let notice = app.mail_to(&address).await;
    assert!(!notice.link().contains("token"), "a notification has no token: {}", notice.link());
    let again = app.anonymous().reset_password(mail.token(), "yet another battery").await;
    assert_eq!(outcome(&again, "resetPassword"), ("TicketRejected", "USED"));
}

async fn an_address_without_an_account_gets_the_same_answer_and_no_mail(app: &AppWithMail) {
    app.registered(&app.address("ada")).await;
    app.mail_to(&app.address("ada")).await;
    let ask = async |address: String| {
        let answer = app.anonymous().request_password_reset(&address).await;
        (answer.to_string().replace(&address, "ADDRESS"), app.unread(&address).await)
    };
    let (known, mails) = ask(app.address("ada")).await;
    assert_eq!(mails, 1);
    let (unknown, mails) = ask(app.address("eve")).await;
    assert_eq!(mails, 0);
    assert_eq!(known, unknown);
    assert_eq!(
        app.count("events WHERE mail = 'reset_password' AND mail_to IS NULL").await,
        1,
        "the address of an unknown user is not stored"
    );

    let answer = app.anonymous().request_password_reset("no address").await;
    assert_eq!(at(&answer, "data.requestPasswordReset.violations.0.path"), &json!(["input", "email"]));
}

async fn an_invalid_new_password_does_not_use_up_the_ticket(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    for password in ["brief", address.as_str(), "Example 2026!"] {
        let answer = app.anonymous().reset_password(&token, password).await;
        assert_eq!(at(&answer, "data.resetPassword.violations.0.path"), &json!(["input", "newPassword"]), "{answer}");
    }
    let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
}

async fn a_ticket_is_invalid_after_a_change_of_the_password(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    ada.change_password(PASSWORD, OTHER_PASSWORD).await;
    app.mail_to(&address).await;
    let answer = app.anonymous().reset_password(&token, "yet another battery").await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
}

async fn a_ticket_is_invalid_after_a_change_of_the_address(app: &AppWithMail) {
    let (old, new) = (app.address("ada"), app.address("new"));
    let ada = app.registered(&old).await;
    let to_verify = app.token_to(&old).await;
    app.anonymous().request_password_reset(&old).await;
    let to_reset = app.token_to(&old).await;
    ada.request_email_change(&new, PASSWORD).await;
    ada.confirm_email_change(&app.token_to(&new).await).await;

    let answer = app.anonymous().reset_password(&to_reset, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "OUTDATED"));
    let answer = app.anonymous().verify_email(&to_verify).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "OUTDATED"));
    app.logged_in(&new, PASSWORD).await;
}

/// A thief knows the password and has requested a change of the address; then the owner resets the password.
async fn a_pending_email_change_is_invalid_after_a_password_reset(app: &AppWithMail) {
    let (address, address_of_thief) = (app.address("ada"), app.address("thief"));
    let thief = app.registered(&address).await;
    app.mail_to(&address).await;
    thief.request_email_change(&address_of_thief, PASSWORD).await;
    let token = app.token_to(&address_of_thief).await;
    app.anonymous().request_password_reset(&address).await;
    app.anonymous().reset_password(&app.token_to(&address).await, OTHER_PASSWORD).await;

    let thief = app.logged_in(&address, OTHER_PASSWORD).await;
    let answer = thief.confirm_email_change(&token).await;
    assert_eq!(outcome(&answer, "confirmEmailChange"), ("TicketRejected", "INVALID"));
}

/// A user requests three resets while the mail server is down.
async fn links_of_mails_in_any_order_are_valid_until_one_is_used(app: &AppWithMail) {
    let server = MailServer::start(&[]);
    let proxy = Proxy::start(format!("127.0.0.1:{}", server.port)).await;
    proxy.set(Link::Down);
    let address = app.address("ada");
    let without_mail_server = TestApp::start_with(app.kind, TestDatabase::create(app.kind).await, |config| {
        config.mail.delivery =
            MailDelivery::Smtp { url: format!("smtp://{}", proxy.address).parse().unwrap(), ca: None };
    });
    let without_mail_server = without_mail_server.await;
    without_mail_server.registered(&address).await;
    for _ in 0..3 {
        without_mail_server.anonymous().request_password_reset(&address).await;
    }
    without_mail_server.wait_until("events WHERE tries > 0", 4).await;
    proxy.set(Link::Up);
    without_mail_server.clock.advance(TimeDelta::seconds(5));
    without_mail_server.wait_until(PENDING, 0).await;
    let mails: Vec<_> = server.mails().into_iter().filter(|mail| mail.link().contains("reset-password")).collect();
    assert_eq!(mails.len(), 3);
    let mut outcomes = Vec::new();
    for mail in &mails {
        // A password that is refused does not use the link up.
        let answer = without_mail_server.anonymous().reset_password(mail.token(), "brief").await;
        assert_eq!(outcome(&answer, "resetPassword").0, "ValidationFailed", "{answer}");
    }
    for mail in &mails {
        let answer = without_mail_server.anonymous().reset_password(mail.token(), OTHER_PASSWORD).await;
        outcomes.push(at(&answer, "data.resetPassword.__typename").clone());
    }
    assert_eq!(outcomes, ["ResetPasswordSuccess", "TicketRejected", "TicketRejected"]);
    without_mail_server.stop().await;
}

async fn a_reset_ticket_is_valid_for_an_hour(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    app.all_sent().await;
    app.clock.advance(TimeDelta::hours(1));
    let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "EXPIRED"));
    app.logged_in(&address, PASSWORD).await;
}

async fn one_of_twenty_concurrent_resets_with_one_ticket_succeeds(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    let clients: Vec<_> = (0..20).map(|n| (app.anonymous(), format!("{OTHER_PASSWORD} number {n}"))).collect();
    let answers = join_all(clients.iter().map(|(client, password)| client.reset_password(&token, password))).await;
    let succeeded: Vec<_> = answers
        .iter()
        .zip(&clients)
        .filter(|(answer, _)| outcome(answer, "resetPassword").0 == "ResetPasswordSuccess")
        .collect();
    let used = answers.iter().filter(|answer| outcome(answer, "resetPassword") == ("TicketRejected", "USED")).count();
    assert_eq!((succeeded.len(), used), (1, 19), "{answers:?}");
    app.logged_in(&address, &succeeded[0].1.1).await;
}

async fn links_lead_to_the_frontend_whatever_headers_the_request_has(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    let forged_headers =
        [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    let other_headers = [("origin", "http://localhost:3000"), ("referer", "https://evil.example/")];
    let mut client = app.anonymous();
    for (name, value) in forged_headers.into_iter().chain(other_headers) {
        client = client.with_header(name, value);
    }
    let answer = client.request_password_reset(&address).await;
    assert_eq!(outcome(&answer, "requestPasswordReset").0, "RequestPasswordResetSuccess", "{answer}");
    let mail = app.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/reset-password#token="), "{}", mail.link());
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}

async fn a_disabled_user_gets_no_mail(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    app.sql("UPDATE users SET disabled_at = created_at").await;

    let answer: Value = app.anonymous().request_password_reset(&address).await;
    assert_eq!(outcome(&answer, "requestPasswordReset").0, "RequestPasswordResetSuccess", "{answer}");
    assert_eq!(app.unread(&address).await, 0);
    let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "OUTDATED"));
}

async fn an_invalid_ticket_causes_no_hashing(app: &AppWithMail) {
    let before = app.hash_rounds().await;
    let answer = app.anonymous().reset_password(&"A".repeat(43), OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
    assert_eq!(app.hash_rounds().await, before);
}
