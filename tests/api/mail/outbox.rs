//! The outbox: events are stored with pending mails, which are delivered, retried and removed; no secret is stored.

use chrono::TimeDelta;
use serde_json::json;

use latchkey::mail::MailDelivery;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, TestApp, at,
    database::{Kind, TestDatabase},
    mail::{AppWithMail, MailServer, with_mail},
};

with_mail!(outbox(crate::support::mail::default_settings):
    every_change_is_stored_with_its_event,
    old_events_are_removed_unless_their_mail_is_pending,
    no_ticket_can_be_read_from_the_database,
    a_mail_is_in_the_language_of_the_request,
    a_mail_that_cannot_be_delivered_is_retried_and_finally_given_up,
    the_outcomes_of_mails_are_counted,
    a_mail_without_a_reply_is_sent_at_most_twice,
);

async fn every_change_is_stored_with_its_event(app: &AppWithMail) {
    let address = app.address("ada");
    let ada = app.registered(&address).await;
    let id = ada.id().await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    ada.update_profile(json!({})).await;
    ada.change_password("a wrong password", OTHER_PASSWORD).await;
    ada.change_password(PASSWORD, OTHER_PASSWORD).await;
    app.logged_in(&address, OTHER_PASSWORD).await;
    app.anonymous().login(&address, PASSWORD).await;
    ada.logout().await;

    let rows = async |line: &str| app.count(&format!("events WHERE line LIKE '{line}'")).await;
    for line in
        ["user_created:", "user_updated:", "authn_password_change:", "authn_login_success:", "authn_token_revoked:"]
    {
        assert_eq!(rows(&format!("{line}{id}%")).await, 1, "{line}");
    }
    assert_eq!(app.count("events").await, 5, "refused operations store no event");
    assert_eq!(rows(&format!("%{address}%")).await, 0);
}

async fn old_events_are_removed_unless_their_mail_is_pending(app: &AppWithMail) {
    app.registered(&app.address("ada")).await;
    app.registered(&app.address("bob")).await;
    app.all_sent().await;
    app.clock.advance(TimeDelta::days(90) - TimeDelta::hours(1));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("events").await, 2);
    let far = "UPDATE events SET due_at = '9999-01-01 00:00:00+00:00' WHERE id IN (SELECT id FROM events ORDER BY at LIMIT 1)";
    assert_eq!(app.sql(far).await, 1);
    app.clock.advance(TimeDelta::hours(2));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("events").await, 1);
    assert_eq!(app.count("tickets").await, 0);
}

async fn no_ticket_can_be_read_from_the_database(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    let token = app.token_to(&address).await;
    app.all_sent().await;
    assert_eq!(app.count("tickets").await, 1);
    if app.kind == Kind::Sqlite {
        let files = std::fs::read_dir(app.database.folder.path()).unwrap();
        let found = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        let files: Vec<Vec<u8>> = files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect();
        assert!(files.iter().any(|bytes| found(bytes, &address)), "the files must contain the address");
        assert!(!files.iter().any(|bytes| found(bytes, &token)));
    } else {
        let found = async |table: &str, text: &str| {
            app.count(&format!("{table} AS line WHERE strpos(line::text, '{text}') > 0")).await
        };
        assert_eq!(found("tickets", &address).await, 1, "the query must find the address");
        for table in ["events", "newcomers", "passwords", "sessions", "tickets", "users"] {
            assert_eq!(found(table, &token).await, 0, "{table}");
        }
    }
}

async fn a_mail_is_in_the_language_of_the_request(app: &AppWithMail) {
    let address = app.address("ada");
    for (languages, expected) in [
        ("de-AT, en;q=0.5", "Passwort"),
        ("xx, en-GB;q=0.9", "password"),
        ("", "password"),
        ("not a list; of q=languages,,;;q=-1", "password"),
    ] {
        let client = app.anonymous().with_header("accept-language", languages);
        let answer = client.request_password_reset(&address).await;
        assert_eq!(at(&answer, "data.requestPasswordReset.__typename"), "RequestPasswordResetSuccess", "{answer}");
        app.all_sent().await;
        if app.count("users").await == 0 {
            app.registered(&address).await;
            app.mail_to(&address).await;
            client.request_password_reset(&address).await;
        }
        let mail = app.mail_to(&address).await;
        assert!(mail.text.contains(expected), "{languages}: {}", mail.text);
    }
}

async fn a_mail_that_cannot_be_delivered_is_retried_and_finally_given_up(app: &AppWithMail) {
    // The mail server refuses this recipient permanently.
    let register = app.anonymous().register("unknown@example.com").await;
    assert_eq!(at(&register, "data.register.__typename"), "RegisterSuccess");
    for tries in 1..8 {
        app.wait_until(&format!("events WHERE tries = {tries}"), 1).await;
        assert_eq!(app.count("events WHERE outcome IS NOT NULL").await, 0, "{tries}");
        app.clock.advance(TimeDelta::seconds(5 << (tries - 1)));
    }
    app.all_sent().await;
    assert_eq!(app.count("events WHERE outcome = 'given_up'").await, 1);
    assert_eq!(app.count("tickets").await, 0, "no ticket was created");
    assert!(app.metrics().await.contains(r#"latchkey_mails_total{outcome="given_up"} 1"#));
}

/// A mail server that closes the connection instead of a reply may or may not have accepted the mail.
async fn a_mail_without_a_reply_is_sent_at_most_twice(app: &AppWithMail) {
    let server = MailServer::start(&[]);
    let without_reply = TestApp::start_with(app.kind, TestDatabase::create(app.kind).await, |config| {
        config.mail.delivery = MailDelivery::Smtp { url: server.url().parse().unwrap(), ca: None };
    });
    let without_reply = without_reply.await;
    without_reply.registered("lost@example.com").await;
    for tries in 1..=2 {
        without_reply.wait_until(&format!("events WHERE tries = {tries} AND handed_over = {tries}"), 1).await;
        assert_eq!(server.mails().len(), tries);
        without_reply.clock.advance(TimeDelta::seconds(100));
        tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
        assert_eq!(server.mails().len(), tries, "the retry waits, since the problem may be temporary");
        without_reply.clock.advance(TimeDelta::seconds(20));
    }
    without_reply.wait_until("events WHERE outcome = 'given_up'", 1).await;
    assert_eq!(server.mails().len(), 2);
    without_reply.stop().await;
}

async fn the_outcomes_of_mails_are_counted(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&app.address("eve")).await;
    app.all_sent().await;
    let metrics = app.metrics().await;
    for line in [r#"latchkey_mails_total{outcome="sent"} 1"#, r#"latchkey_mails_total{outcome="needless"} 1"#] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
}
