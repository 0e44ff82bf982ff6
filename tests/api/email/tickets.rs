//! The last three links of a kind are valid until one of them is used, and a wrong clock suppresses no mail.

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{
    OTHER_PASSWORD, PASSWORD, TestApp, at,
    database::Kind,
    mail::{AppWithMail, outcome, with_mail},
};

with_mail!(links(crate::support::mail::default_settings):
    a_request_of_another_client_leaves_the_link_of_the_owner_valid,
    the_last_three_links_are_valid,
    the_use_of_any_link_uses_up_all_of_its_kind,
    links_of_other_kinds_and_users_stay_valid,
    an_event_from_a_wrong_clock_suppresses_no_mail,
);

const UNUSABLE: [(&str, &str); 2] = [("TicketRejected", "USED"), ("TicketRejected", "INVALID")];

/// Requests a reset, and returns the token in its mail.
async fn reset_token(app: &AppWithMail, address: &str) -> String {
    app.anonymous().request_password_reset(address).await;
    app.token_to(address).await
}

async fn registered(app: &AppWithMail, name: &str) -> (String, String) {
    let address = app.address(name);
    app.registered(&address).await;
    let to_verify = app.token_to(&address).await;
    (address, to_verify)
}

/// Whether a link is valid; a password that breaks a rule does not use it up.
async fn is_valid(app: &AppWithMail, token: &str) -> bool {
    let answer = app.anonymous().reset_password(token, "brief").await;
    at(&answer, "data.resetPassword.__typename") == "ValidationFailed"
}

async fn a_request_of_another_client_leaves_the_link_of_the_owner_valid(app: &AppWithMail) {
    let (address, _) = registered(app, "ada").await;
    let of_owner = reset_token(app, &address).await;
    let of_other = reset_token(app, &address).await;
    let answer = app.anonymous().reset_password(&of_owner, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    for token in [&of_owner, &of_other] {
        let answer = app.anonymous().reset_password(token, PASSWORD).await;
        assert!(UNUSABLE.contains(&outcome(&answer, "resetPassword")), "{answer}");
    }
    app.logged_in(&address, OTHER_PASSWORD).await;
}

async fn the_last_three_links_are_valid(app: &AppWithMail) {
    let (address, _) = registered(app, "ada").await;
    let mut tokens = Vec::new();
    for _ in 0..5 {
        tokens.push(reset_token(app, &address).await);
    }
    let mut valid = Vec::new();
    for token in &tokens {
        valid.push(is_valid(app, token).await);
    }
    assert_eq!(valid, [false, false, true, true, true]);
    let answer = app.anonymous().reset_password(&tokens[0], OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "INVALID"));
    app.clock.advance(TimeDelta::hours(1));
    for token in &tokens[2..] {
        let answer = app.anonymous().reset_password(token, OTHER_PASSWORD).await;
        assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "EXPIRED"));
    }
    // Expired links do not count as one of the three.
    app.clock.advance(TimeDelta::hours(1));
    let next = reset_token(app, &address).await;
    assert!(is_valid(app, &next).await);
    app.clock.advance(TimeDelta::days(9));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("tickets").await + app.count("earlier_tickets").await, 0);
}

async fn the_use_of_any_link_uses_up_all_of_its_kind(app: &AppWithMail) {
    for used in 0..3 {
        let (address, _) = registered(app, &format!("ada{used}")).await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(reset_token(app, &address).await);
        }
        let answer = app.anonymous().reset_password(&tokens[used], OTHER_PASSWORD).await;
        assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
        for token in &tokens {
            let answer = app.anonymous().reset_password(token, PASSWORD).await;
            assert_eq!(outcome(&answer, "resetPassword"), ("TicketRejected", "USED"), "{used}");
        }
        app.mail_to(&address).await;
        let next = reset_token(app, &address).await;
        assert!(is_valid(app, &next).await);
    }
}

async fn links_of_other_kinds_and_users_stay_valid(app: &AppWithMail) {
    let (ada, to_verify) = registered(app, "ada").await;
    let (bob, _) = registered(app, "bob").await;
    let (of_ada, of_bob) = (reset_token(app, &ada).await, reset_token(app, &bob).await);
    for _ in 0..3 {
        reset_token(app, &bob).await;
    }
    assert!(is_valid(app, &of_ada).await && !is_valid(app, &of_bob).await);
    // Several at once: one request wins.
    let second = reset_token(app, &ada).await;
    let (one, other) = tokio::join!(async { app.anonymous().reset_password(&of_ada, OTHER_PASSWORD).await }, async {
        app.anonymous().reset_password(&second, OTHER_PASSWORD).await
    },);
    let won = [&one, &other].map(|answer| outcome(answer, "resetPassword").0 == "ResetPasswordSuccess");
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{one} {other}");
    assert_eq!(app.count("tickets WHERE purpose = 'verify_email' AND used_at IS NULL").await, 2, "{to_verify}");
}

async fn an_event_from_a_wrong_clock_suppresses_no_mail(app: &AppWithMail) {
    // The id of an event is a UUIDv7, which begins with the time in milliseconds.
    let ahead = |app: &TestApp| match app.kind {
        Kind::Sqlite => "x'7fffffffffff70008000000000000000'",
        Kind::Postgresql => "'7fffffff-ffff-7000-8000-000000000000'",
    };
    for state in ["used_at = expires_at", "expires_at = (SELECT MIN(created_at) FROM users)", "used_at = NULL"] {
        let (address, _) = registered(app, &format!("ada{}", state.len())).await;
        let before = reset_token(app, &address).await;
        app.all_sent().await;
        let set = format!("UPDATE tickets SET {state}, event_id = {}", ahead(app));
        assert!(app.sql(&format!("{set} WHERE purpose = 'reset_password' AND sent_to = '{address}'")).await > 0);
        let mut tokens = vec![before];
        for _ in 0..3 {
            tokens.push(reset_token(app, &address).await);
        }
        for token in &tokens[1..] {
            assert!(is_valid(app, token).await, "{state}");
        }
        assert!(!is_valid(app, &tokens[0]).await, "the one of the wrong clock is the earliest: {state}");
    }
    let dropped: Value = app.count("events WHERE outcome = 'needless'").await.into();
    assert_eq!(dropped, 0);
}
