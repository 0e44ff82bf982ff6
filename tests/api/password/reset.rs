//! `requestPasswordReset` and `resetPassword`: a forgotten password.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use latchkey::mail::Way;

use crate::support::{
    House, PASSWORD, at,
    database::TestDatabase,
    mail::MailServer,
    proxy::{Proxy, Wire},
    with_mail::{DUE, OTHER, PostedHouse, outcome, profile, with_mail},
};

with_mail!(forgotten(crate::support::with_mail::open):
    who_reads_the_mail_chooses_another_password,
    of_an_address_without_an_account_nobody_hears_anything,
    a_password_that_will_not_do_does_not_use_the_ticket_up,
    a_ticket_is_over_once_the_password_was_changed,
    a_ticket_is_over_once_the_address_was_changed,
    what_a_stranger_asked_for_is_over_once_the_password_was_reset,
    a_newer_link_is_not_overtaken_by_an_older_one,
    a_ticket_is_good_for_an_hour,
    of_twenty_resets_with_one_ticket_one_counts,
    links_lead_to_the_frontend_whatever_the_request_says,
    a_disabled_user_gets_no_mail,
    invented_tickets_are_not_worth_a_hash,
);

async fn who_reads_the_mail_chooses_another_password(house: &PostedHouse) {
    let address = house.address("ada");
    let ada = house.registered(&address).await;
    house.mail_to(&address).await;
    assert_eq!(profile(&ada).await["emailVerified"], false);

    // In another spelling, and to the one that its owner wrote.
    let answer = house.anonymous().request_password_reset(&format!(" {} ", address.to_uppercase())).await;
    assert_eq!(at(&answer, "data.requestPasswordReset.email"), &json!(address.to_uppercase()));
    let mail = house.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/reset-password#token="), "{}", mail.link());

    let answer = house.anonymous().reset_password(mail.token(), OTHER).await;
    assert_eq!(at(&answer, "data.resetPassword"), &json!({ "__typename": "ResetPasswordSuccess", "endedSessions": 1 }));
    assert_eq!(ada.rejection().await, "REVOKED");
    assert_eq!(at(&house.anonymous().login(&address, PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
    let ada = house.logged_in(&address, OTHER).await;
    assert_eq!(profile(&ada).await["emailVerified"], true, "who read the mail has the address");

    let notice = house.mail_to(&address).await;
    assert!(!notice.link().contains("token"), "a notice proves nothing: {}", notice.link());
    let again = house.anonymous().reset_password(mail.token(), "yet another battery").await;
    assert_eq!(outcome(&again, "resetPassword"), ("TicketRejected", "USED"));
}

async fn of_an_address_without_an_account_nobody_hears_anything(house: &PostedHouse) {
    house.registered(&house.address("ada")).await;
    house.mail_to(&house.address("ada")).await;
    let ask = async |address: String| {
        let answer = house.anonymous().request_password_reset(&address).await;
        (answer.to_string().replace(&address, "ADDRESS"), house.unread(&address).await)
    };
    let (known, mails) = ask(house.address("ada")).await;
    assert_eq!(mails, 1);
    let (unknown, mails) = ask(house.address("eve")).await;
    assert_eq!(mails, 0);
    assert_eq!(known, unknown);
    assert_eq!(
        house.count("events WHERE mail = 'reset_password' AND mail_to IS NULL").await,
        1,
        "of nobody, nothing is kept"
    );

    let answer = house.anonymous().request_password_reset("no address").await;
    assert_eq!(at(&answer, "data.requestPasswordReset.violations.0.path"), &json!(["input", "email"]));
}

async fn a_password_that_will_not_do_does_not_use_the_ticket_up(house: &PostedHouse) {
    let address = house.address("ada");
    house.registered(&address).await;
    house.mail_to(&address).await;
    house.anonymous().request_password_reset(&address).await;
    let token = house.token_to(&address).await;
    for password in ["brief", address.as_str()] {
        let answer = house.anonymous().reset_password(&token, password).await;
        assert_eq!(at(&answer, "data.resetPassword.violations.0.path"), &json!(["input", "newPassword"]), "{answer}");
    }
    let answer = house.anonymous().reset_password(&token, OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
}

async fn a_ticket_is_over_once_the_password_was_changed(house: &PostedHouse) {
    let address = house.address("ada");
    let ada = house.registered(&address).await;
    house.mail_to(&address).await;
    house.anonymous().request_password_reset(&address).await;
    let token = house.token_to(&address).await;
    ada.change_password(PASSWORD, OTHER).await;
    house.mail_to(&address).await;
    let answer = house.anonymous().reset_password(&token, "yet another battery").await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
}

async fn a_ticket_is_over_once_the_address_was_changed(house: &PostedHouse) {
    let (old, new) = (house.address("ada"), house.address("new"));
    let ada = house.registered(&old).await;
    let to_verify = house.token_to(&old).await;
    house.anonymous().request_password_reset(&old).await;
    let to_reset = house.token_to(&old).await;
    ada.request_email_change(&new, PASSWORD).await;
    ada.confirm_email_change(&house.token_to(&new).await).await;

    let answer = house.anonymous().reset_password(&to_reset, OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "OUTDATED"));
    let answer = house.anonymous().verify_email(&to_verify).await;
    assert_eq!(outcome(&answer, "verifyEmail"), ("TicketRejected", "OUTDATED"));
    house.logged_in(&new, PASSWORD).await;
}

/// Whoever had the password has an address of theirs ready, and the owner resets the password.
async fn what_a_stranger_asked_for_is_over_once_the_password_was_reset(house: &PostedHouse) {
    let (address, theirs) = (house.address("ada"), house.address("thief"));
    let thief = house.registered(&address).await;
    house.mail_to(&address).await;
    thief.request_email_change(&theirs, PASSWORD).await;
    let token = house.token_to(&theirs).await;
    house.anonymous().request_password_reset(&address).await;
    house.anonymous().reset_password(&house.token_to(&address).await, OTHER).await;

    let thief = house.logged_in(&address, OTHER).await;
    let answer = thief.confirm_email_change(&token).await;
    assert_eq!(outcome(&answer, "confirmEmailChange"), ("TicketRejected", "INVALID"));
}

/// While no mail server is there, somebody asks three times.
async fn a_newer_link_is_not_overtaken_by_an_older_one(house: &PostedHouse) {
    let server = MailServer::start(&[]);
    let wire = Proxy::start(format!("127.0.0.1:{}", server.port)).await;
    wire.set(Wire::Cut);
    let address = house.address("ada");
    let away = House::open_with(house.kind, TestDatabase::create(house.kind).await, |config| {
        config.mail.way = Way::Smtp { url: format!("smtp://{}", wire.address).parse().unwrap(), ca: None };
    });
    let away = away.await;
    away.registered(&address).await;
    for _ in 0..3 {
        away.anonymous().request_password_reset(&address).await;
    }
    away.until("events WHERE tries > 0", 4).await;
    wire.set(Wire::Whole);
    away.hands.advance(TimeDelta::seconds(5));
    away.until(DUE, 0).await;
    let mut mails: Vec<_> = server.mails().into_iter().filter(|mail| mail.link().contains("reset-password")).collect();
    // A Message-ID begins with the event's, which sorts by age.
    mails.sort_by_key(|mail| mail.header("Message-ID").to_owned());
    let (newest, older) = mails.split_last().expect("a mail");
    for mail in older {
        let answer = away.anonymous().reset_password(mail.token(), OTHER).await;
        assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
    }
    let answer = away.anonymous().reset_password(newest.token(), OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    away.close().await;
}

async fn a_ticket_is_good_for_an_hour(house: &PostedHouse) {
    let address = house.address("ada");
    house.registered(&address).await;
    house.mail_to(&address).await;
    house.anonymous().request_password_reset(&address).await;
    let token = house.token_to(&address).await;
    house.all_sent().await;
    house.hands.advance(TimeDelta::hours(1));
    let answer = house.anonymous().reset_password(&token, OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "EXPIRED"));
    house.logged_in(&address, PASSWORD).await;
}

async fn of_twenty_resets_with_one_ticket_one_counts(house: &PostedHouse) {
    let address = house.address("ada");
    house.registered(&address).await;
    house.mail_to(&address).await;
    house.anonymous().request_password_reset(&address).await;
    let token = house.token_to(&address).await;
    let clients: Vec<_> = (0..20).map(|n| (house.anonymous(), format!("{OTHER} number {n}"))).collect();
    let answers = join_all(clients.iter().map(|(client, password)| client.reset_password(&token, password))).await;
    let succeeded: Vec<_> = answers
        .iter()
        .zip(&clients)
        .filter(|(answer, _)| outcome(answer, "resetPassword").0 == "ResetPasswordSuccess")
        .collect();
    let used = answers.iter().filter(|answer| outcome(answer, "resetPassword") == ("TicketRejected", "USED")).count();
    assert_eq!((succeeded.len(), used), (1, 19), "{answers:?}");
    house.logged_in(&address, &succeeded[0].1.1).await;
}

async fn links_lead_to_the_frontend_whatever_the_request_says(house: &PostedHouse) {
    let address = house.address("ada");
    house.registered(&address).await;
    house.mail_to(&address).await;
    let poisoned = [("host", "evil.example"), ("x-forwarded-host", "evil.example"), ("forwarded", "host=evil.example")];
    let elsewhere = [("origin", "http://localhost:3000"), ("referer", "https://evil.example/")];
    let mut client = house.anonymous();
    for (name, value) in poisoned.into_iter().chain(elsewhere) {
        client = client.with_header(name, value);
    }
    let answer = client.request_password_reset(&address).await;
    assert_eq!(outcome(&answer, "requestPasswordReset").0, "RequestPasswordResetSuccess", "{answer}");
    let mail = house.mail_to(&address).await;
    assert!(mail.link().starts_with("https://app.example.com/reset-password#token="), "{}", mail.link());
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
}

async fn a_disabled_user_gets_no_mail(house: &PostedHouse) {
    let address = house.address("ada");
    house.registered(&address).await;
    house.mail_to(&address).await;
    house.anonymous().request_password_reset(&address).await;
    let token = house.token_to(&address).await;
    house.sql("UPDATE users SET disabled_at = created_at").await;

    let answer: Value = house.anonymous().request_password_reset(&address).await;
    assert_eq!(outcome(&answer, "requestPasswordReset").0, "RequestPasswordResetSuccess", "{answer}");
    assert_eq!(house.unread(&address).await, 0);
    let answer = house.anonymous().reset_password(&token, OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "OUTDATED"));
}

async fn invented_tickets_are_not_worth_a_hash(house: &PostedHouse) {
    let before = house.hash_rounds().await;
    let answer = house.anonymous().reset_password(&"A".repeat(43), OTHER).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
    assert_eq!(house.hash_rounds().await, before);
}
