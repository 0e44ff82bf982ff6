//! All guesses at one account share one budget, and a proof of ownership forgets them.

use std::{io::Write, process::Stdio, time::Duration};

use chrono::TimeDelta;
use serde_json::json;

use super::{app_behind_proxy, device_of, guess, guesses, right};
use crate::support::{
    OTHER_PASSWORD, PASSWORD, SECRET_KEY, TestApp, at,
    database::TestDatabase,
    mail::{AppWithMail, outcome, with_mail},
    on_both_databases,
    program::latchkey,
};

on_both_databases!(
    no_order_of_names_gives_more_than_one_budget,
    sessions_share_a_budget_which_others_cannot_use_up,
    a_password_that_an_operator_sets_forgets_the_guesses,
    right_passwords_of_clients_that_disconnect_do_not_count,
    a_check_that_outlives_its_request_counts_once_it_is_done,
    a_disabled_user_looks_like_a_wrong_password,
);

with_mail!(reset(crate::support::mail::default_settings):
    a_reset_forgets_the_guesses_and_the_devices_of_others,
);

async fn no_order_of_names_gives_more_than_one_budget(app: &TestApp) {
    for (n, order) in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]].into_iter().enumerate() {
        let app = app_behind_proxy(app, |_| {}).await;
        let input = json!({ "email": "Vic@example.com", "username": "victim", "password": PASSWORD });
        app.anonymous().register_with(input).await;
        let names = ["vic@example.com", "VICTIM", " Vic@Example.com ", "victim"];
        let mut codes = Vec::new();
        for name in order.into_iter().cycle().take(16) {
            let from = app.anonymous().forwarded_for(&format!("203.0.113.{}", codes.len()));
            codes.push(guess(&from, names[name]).await["code"].clone());
        }
        assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 5, "{n}: {codes:?}");
        app.stop().await;
    }
}

async fn sessions_share_a_budget_which_others_cannot_use_up(app: &TestApp) {
    let first = app.registered("ada@example.com").await;
    let second = app.logged_in("ada@example.com", PASSWORD).await;
    app.clock.stop();
    guesses(&app.anonymous(), "ada@example.com", 8).await;
    let mut codes = Vec::new();
    for n in 0..12 {
        let session = if n % 2 == 0 { &first } else { &second };
        let change = session.change_password("a wrong password", OTHER_PASSWORD).await;
        let request = session.request_email_change("new@example.com", "a wrong password").await;
        codes.push(at(&change, "data.changePassword.code").clone());
        codes.push(at(&request, "data.requestEmailChange.code").clone());
    }
    assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 5, "{codes:?}");
    assert_eq!(right(&app.anonymous(), "ada@example.com", None).await, "TOO_MANY_ATTEMPTS");
    // A further session is not a further budget.
    app.clock.advance(TimeDelta::minutes(20));
    let third = app.logged_in("ada@example.com", PASSWORD).await;
    for session in [&first, &second, &third, &first, &second] {
        session.change_password("a wrong password", OTHER_PASSWORD).await;
    }
    let refused = third.change_password(PASSWORD, OTHER_PASSWORD).await;
    assert_eq!(at(&refused, "data.changePassword.code"), "TOO_MANY_ATTEMPTS", "{refused}");
    let ended = third.revoke_other_sessions().await;
    assert_eq!(at(&ended, "data.revokeOtherSessions.endedSessions"), 2, "the owner can still end the others");
}

async fn a_password_that_an_operator_sets_forgets_the_guesses(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let input = json!({ "email": "ada@example.com", "username": "ada", "password": PASSWORD });
    let registered = app.anonymous().register_with(input).await;
    let device = at(&registered, "data.register.deviceToken").as_str().unwrap().to_owned();
    guesses(&app.anonymous(), "ada@example.com", 9).await;
    assert_eq!(right(&app.anonymous(), "ada", None).await, "TOO_MANY_ATTEMPTS");

    let mut command = latchkey(app.database.folder.path(), &["user", "set-password", "ada"]);
    command.env("DATABASE_URL", &app.database.url).env("SECRET_KEY", SECRET_KEY).env("HASH_LANES", "1");
    let mut child = command.env("BCRYPT_COST", "10").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{OTHER_PASSWORD}\n").as_bytes()).unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{output:?}");
    for name in ["ada", "ada@example.com"] {
        let answer = app.anonymous().login(name, OTHER_PASSWORD).await;
        assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");
    }
    guesses(&app.anonymous(), "ada", 9).await;
    let answer = app.anonymous().login_on(&device, "ada", OTHER_PASSWORD).await;
    assert_eq!(at(&answer, "data.login.code"), "TOO_MANY_ATTEMPTS", "the token was issued before");
    app.stop().await;
}

async fn a_reset_forgets_the_guesses_and_the_devices_of_others(app: &AppWithMail) {
    let address = app.address("ada");
    let before = device_of(&app.anonymous(), &address).await;
    app.mail_to(&address).await;
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    app.clock.stop();
    guesses(&app.anonymous(), &address, 12).await;
    assert_eq!(right(&app.anonymous(), &address, None).await, "TOO_MANY_ATTEMPTS");

    let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
    assert_eq!(outcome(&answer, "resetPassword").0, "ResetPasswordSuccess", "{answer}");
    let after = at(&answer, "data.resetPassword.deviceToken").as_str().expect("a device token").to_owned();
    let log_in = async |device: Option<&str>| {
        let input = json!({ "identifier": address, "password": OTHER_PASSWORD, "deviceToken": device });
        at(&app.anonymous().login_with(input).await, "data.login.__typename").clone()
    };
    assert_eq!(log_in(None).await, "LoginSuccess", "at the same moment");
    guesses(&app.anonymous(), &address, 12).await;
    assert_eq!(log_in(None).await, "TooManyAttempts");
    assert_eq!(log_in(Some(&before)).await, "TooManyAttempts", "issued before the reset");
    assert_eq!(log_in(Some(&after)).await, "LoginSuccess");
}

async fn right_passwords_of_clients_that_disconnect_do_not_count(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    // A hash takes longer than the clients wait.
    let slow = TestApp::start_with(app.kind, database, |config| config.passwords.bcrypt_cost = 11).await;
    slow.registered("ada@example.com").await;
    let before = slow.hash_rounds().await;
    for _ in 0..7 {
        let client = slow.anonymous();
        let login = client.login("ada@example.com", PASSWORD);
        // The client leaves while its password is hashed. A machine that is busy may not have begun.
        let _ = tokio::time::timeout(Duration::from_millis(60), login).await;
    }
    // Each check is completed, and then no longer counts.
    let mut rounds = before;
    loop {
        tokio::time::sleep(Duration::from_secs(3)).await;
        match slow.hash_rounds().await {
            same if same == rounds && rounds > before => break,
            more => rounds = more,
        }
    }
    let answer = slow.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");
    assert_eq!(slow.count("sessions").await, 2, "a client that left has no session");
    slow.stop().await;
}

/// The hash takes longer than the client waits, like a hash that an import accepted although it takes too long.
async fn a_check_that_outlives_its_request_counts_once_it_is_done(app: &TestApp) {
    const REHASHED: &str = "passwords WHERE hash LIKE '$2b$04$%'";
    app.registered("ada@example.com").await;
    let hash = bcrypt::hash(PASSWORD, 12).unwrap();
    app.sql(&format!("UPDATE passwords SET hash = '{hash}'")).await;
    while app.count(REHASHED).await == 0 {
        let client = app.anonymous();
        let login = client.login("ada@example.com", PASSWORD);
        let _ = tokio::time::timeout(Duration::from_millis(60), login).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    assert_eq!(right(&app.anonymous(), "ada@example.com", None).await, "LoginSuccess");
}

async fn a_disabled_user_looks_like_a_wrong_password(app: &TestApp) {
    app.registered("ada@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at").await;
    app.clock.stop();
    let mut codes = Vec::new();
    for _ in 0..7 {
        codes.push(right(&app.anonymous(), "ada@example.com", None).await);
    }
    assert_eq!(codes, guesses(&app.anonymous(), "unknown@example.com", 7).await);
}
