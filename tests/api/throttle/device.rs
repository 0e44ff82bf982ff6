//! Device tokens: a device of the owner has a counter of its own, and every other text counts as none.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{app_behind_proxy, device_of, guess, guesses, right};
use crate::support::{PASSWORD, SECRET_KEY, TestApp, at, client::Client, on_both_databases};

on_both_databases!(
    a_device_of_the_owner_logs_in_however_many_others_guess,
    every_other_text_is_treated_as_no_device_token,
    a_device_token_is_valid_for_four_hundred_days,
    a_stolen_device_token_allows_few_guesses_and_locks_out_no_other,
    many_device_tokens_do_not_allow_many_guesses,
    a_device_token_reveals_nothing_and_opens_nothing,
);

/// Guesses at these names from many networks, until every further client has to wait.
async fn storm(app: &TestApp, names: &[&str]) {
    for n in 0..25 {
        app.clock.advance(TimeDelta::seconds(i64::from(n) * 5));
        for name in names {
            guess(&app.anonymous().forwarded_for(&format!("203.0.113.{n}")), name).await;
            guess(&app.anonymous().forwarded_for(&format!("2001:db8:0:{n}::1")), name).await;
        }
    }
}

fn device(answer: &Value) -> String {
    at(answer, "data.login.deviceToken").as_str().expect("a device token").to_owned()
}

async fn a_device_of_the_owner_logs_in_however_many_others_guess(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 10).await;
    let first = device_of(&app.anonymous().forwarded_for("198.51.100.7"), "ada@example.com").await;
    let second = device(&app.anonymous().login("ada@example.com", PASSWORD).await);
    storm(&app, &["ada@example.com"]).await;

    for (network, token) in [("192.0.2.1", &first), ("192.0.2.2", &second), ("2001:db8:0:1::1", &first)] {
        let there = app.anonymous().forwarded_for(network);
        assert_eq!(right(&there, "ada@example.com", None).await, "TOO_MANY_ATTEMPTS", "a new device has to wait");
        for _ in 0..8 {
            assert_eq!(right(&there, " ADA@example.com", Some(token)).await, "LoginSuccess");
        }
    }
    let anew = device(&app.anonymous().login_on(&first, "ada@example.com", PASSWORD).await);
    assert_ne!(anew, first);
    assert_eq!(right(&app.anonymous(), "ada@example.com", Some(&anew)).await, "LoginSuccess");
    // A known device is not limited by its network either.
    let full = app.anonymous().forwarded_for("2001:db8:0:1::1");
    for n in 0..12 {
        guess(&full, &format!("unknown-{n}")).await;
    }
    assert_eq!(right(&full, "ada@example.com", Some(&anew)).await, "LoginSuccess");
    app.stop().await;
}

async fn every_other_text_is_treated_as_no_device_token(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let of_bob = device_of(&app.anonymous(), "bob@example.com").await;
    let of_ada = device_of(&app.anonymous(), "ada@example.com").await;
    let forged = format!("{}A{}", &of_ada[..20], &of_ada[21..]);
    let forged = if forged == of_ada { of_ada.replacen('A', "B", 1) } else { forged };
    let long = "x".repeat(5000);
    storm(&app, &["ada@example.com", "unknown@example.com"]).await;

    let others =
        [Value::Null, json!(""), json!(of_bob), json!(forged), json!(of_ada[1..]), json!(long), json!("é\u{0}")];
    let mut answers = Vec::new();
    for name in ["ada@example.com", "unknown@example.com"] {
        for token in others.iter().chain((name != "ada@example.com").then_some(&json!(of_ada))) {
            let input = json!({ "identifier": name, "password": PASSWORD, "deviceToken": token });
            let answer = app.anonymous().login_with(input).await;
            answers.push(at(&answer, "data.login").clone());
        }
    }
    assert_eq!(answers[0]["code"], "TOO_MANY_ATTEMPTS");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    app.stop().await;
}

async fn a_device_token_is_valid_for_four_hundred_days(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let token = device_of(&app.anonymous(), "ada@example.com").await;
    let after = async |days| {
        app.clock.advance(TimeDelta::days(days));
        guesses(&app.anonymous(), "ada@example.com", 6).await;
        right(&app.anonymous(), "ada@example.com", Some(&token)).await
    };
    assert_eq!(after(399).await, "LoginSuccess");
    assert_eq!(after(1).await, "TOO_MANY_ATTEMPTS");
    app.stop().await;
}

async fn a_stolen_device_token_allows_few_guesses_and_locks_out_no_other(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let stolen = device_of(&app.anonymous(), "ada@example.com").await;
    let other = device(&app.anonymous().login("ada@example.com", PASSWORD).await);
    let thief = app.anonymous().forwarded_for("203.0.113.9");
    let codes = guesses_on(&thief, &stolen, 12).await;
    assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 5, "{codes:?}");
    assert_eq!(right(&thief, "ada@example.com", Some(&stolen)).await, "TOO_MANY_ATTEMPTS");

    assert_eq!(right(&app.anonymous(), "ada@example.com", Some(&other)).await, "LoginSuccess");
    assert_eq!(right(&app.anonymous(), "ada@example.com", None).await, "LoginSuccess", "no guess without a token");
    app.clock.advance(TimeDelta::minutes(20));
    assert_eq!(right(&app.anonymous(), "ada@example.com", Some(&stolen)).await, "LoginSuccess");
    app.stop().await;
}

async fn many_device_tokens_do_not_allow_many_guesses(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let mut tokens = vec![device_of(&app.anonymous(), "ada@example.com").await];
    for _ in 0..14 {
        tokens.push(device(&app.anonymous().login("ada@example.com", PASSWORD).await));
    }
    let mut codes = Vec::new();
    for token in &tokens {
        codes.extend(guesses_on(&app.anonymous(), token, 6).await);
    }
    assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 50);
    app.stop().await;
}

async fn guesses_on(client: &Client, device: &str, times: usize) -> Vec<Value> {
    let mut codes = Vec::new();
    for _ in 0..times {
        let answer = client.login_on(device, "ada@example.com", "a wrong password").await;
        codes.push(at(&answer, "data.login.code").clone());
    }
    codes
}

async fn a_device_token_reveals_nothing_and_opens_nothing(app: &TestApp) {
    let answer = app.anonymous().register("ada@example.com").await;
    let token = at(&answer, "data.register.deviceToken").as_str().expect("a device token");
    assert!(token.len() == 80 && token.is_ascii(), "{token}");
    for readable in ["ada", "example", SECRET_KEY] {
        assert!(!token.contains(readable));
    }
    assert_eq!(app.with_token(token).token_rejection().await, "INVALID");
    let refreshed = app.anonymous().refresh(token).await;
    assert_eq!(at(&refreshed, "data.refreshToken.code"), "REFRESH_REJECTED");
}
