//! Failed logins at one account are limited, and do not lock its owner out.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use super::{ROUNDS, app_behind_proxy, guess, guesses};
use crate::support::{PASSWORD, TestApp, at, client::Client, metrics, on_both_databases};

on_both_databases!(
    five_of_ten_thousand_guesses_are_hashed_and_the_owner_can_log_in,
    attempts_at_unknown_names_are_limited_like_those_at_known_ones,
    failed_logins_from_one_network_count_in_another,
    correct_passwords_do_not_count_as_attempts,
    a_correct_password_in_a_failed_request_does_not_count_as_an_attempt,
    wrong_current_passwords_are_limited,
);

/// 50 clients at a time, on two instances, with different spellings of the address and from different networks.
async fn five_of_ten_thousand_guesses_are_hashed_and_the_owner_can_log_in(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let owner = app.anonymous().forwarded_for("198.51.100.7");
    let device = super::device_of(&owner, "ada@example.com").await;
    let (endpoint, metrics_of_second) = app.second_instance_with_metrics().await;
    let second = Client::new(endpoint, None);
    let spellings = ["ada@example.com", "ADA@Example.COM", "  Ada@example.com", "ada@EXAMPLE.com  "];
    let before = app.hash_rounds().await;

    let guessers = (0..50).map(|n| {
        let client = if n % 2 == 0 { app.anonymous() } else { second.clone() };
        async move {
            let mut hashed = 0;
            for m in 0..200 {
                let client = client.forwarded_for(&format!("198.51.100.7, 10.0.0.{m}, 203.0.113.{n}"));
                let answer = guess(&client, spellings[(n + m) % spellings.len()]).await;
                if answer["code"] == "INVALID_CREDENTIALS" {
                    hashed += 1;
                } else {
                    assert_eq!(answer["code"], "TOO_MANY_ATTEMPTS", "{answer}");
                    assert!(answer["message"].as_str().unwrap().starts_with("Too many failed logins. Try again"));
                    assert!(answer["retryAfterSeconds"].as_i64().unwrap() >= 1, "{answer}");
                }
            }
            hashed
        }
    });
    let logins = async {
        for _ in 0..20 {
            let answer = owner.login_on(&device, "ada@example.com", PASSWORD).await;
            assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");
        }
    };
    let (guessers, ()) = tokio::join!(join_all(guessers), logins);
    assert_eq!(guessers.into_iter().sum::<u64>(), 5, "on both instances together");
    let there = metrics::read(&metrics_of_second).await;
    let rounds = app.hash_rounds().await - before + metrics::value(&there, "latchkey_hash_rounds_total");
    assert_eq!(rounds, (5 + 20) * ROUNDS, "the hashes of both instances, with the owner's logins");

    let twice = "mutation($input: LoginInput!) {
        a: login(input: $input) { __typename } b: login(input: $input) { __typename }
    }";
    let input = json!({ "identifier": "unknown", "password": PASSWORD });
    let answer = owner.execute(twice, json!({ "input": input })).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "QUERY_TOO_COMPLEX");
    app.stop().await;
}

async fn attempts_at_unknown_names_are_limited_like_those_at_known_ones(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    app.anonymous().forwarded_for("198.51.100.7").register("ada@example.com").await;
    let attacker = app.anonymous().forwarded_for("203.0.113.1");
    let mut seen = Vec::new();
    for name in ["ada@example.com", "unknown@example.com", "unknown", "no identifier at all \u{1}", ""] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let before = app.hash_rounds().await;
            answers.push((guess(&attacker, name).await, app.hash_rounds().await - before));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0][4].1, ROUNDS);
    assert_eq!((&seen[0][5].0["code"], seen[0][5].1), (&json!("TOO_MANY_ATTEMPTS"), 0));
    assert!(seen.iter().all(|answers| *answers == seen[0]), "{seen:#?}");
    app.stop().await;
}

async fn failed_logins_from_one_network_count_in_another(app: &TestApp) {
    let app = app_behind_proxy(app, |_| {}).await;
    let (campus, elsewhere) =
        (app.anonymous().forwarded_for("198.51.100.7"), app.anonymous().forwarded_for("203.0.113.1"));
    campus.register("ada@example.com").await;
    let mut seen = Vec::new();
    for name in ["ada@example.com", "unknown@example.com"] {
        let mut answers = guesses(&campus, name, 6).await;
        answers.extend(guesses(&elsewhere, name, 1).await);
        seen.push(answers);
    }
    assert_eq!(seen[0][6], "TOO_MANY_ATTEMPTS");
    assert_eq!(seen[0], seen[1], "a difference would reveal which names have an account");
    app.stop().await;
}

async fn correct_passwords_do_not_count_as_attempts(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 5).await;
    let log_in = async |client: &Client, email: &str| {
        let answer = client.login(email, PASSWORD).await;
        assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");
    };
    // One account, from another network each time.
    app.anonymous().forwarded_for("198.51.100.7").register("ada@example.com").await;
    let attacker = app.anonymous().forwarded_for("203.0.113.200");
    guesses(&attacker, "ada@example.com", 4).await;
    for n in 0..8 {
        log_in(&app.anonymous().forwarded_for(&format!("203.0.113.{n}")), "ada@example.com").await;
    }
    let codes = guesses(&attacker, "ada@example.com", 2).await;
    assert_eq!(codes, ["INVALID_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);

    // One network, and another account each time.
    let hotel = app.anonymous().forwarded_for("192.0.2.1");
    for n in 0..8 {
        let email = format!("guest{n}@example.com");
        app.anonymous().forwarded_for(&format!("198.51.100.{n}")).register(&email).await;
        log_in(&hotel, &email).await;
    }
    let mut codes = Vec::new();
    for n in 0..6 {
        codes.extend(guesses(&hotel, &format!("unknown-{n}"), 1).await);
    }
    assert!(codes[..5].iter().all(|code| code == "INVALID_CREDENTIALS"), "{codes:?}");
    assert_eq!(codes[5], "TOO_MANY_ATTEMPTS");
    app.stop().await;
}

async fn a_correct_password_in_a_failed_request_does_not_count_as_an_attempt(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.clock.stop();
    // Another transaction holds the password for too long: each change waits for it after the password was verified.
    let other = app.db.begin().await.unwrap();
    other.execute_unprepared("UPDATE passwords SET truncates = truncates").await.unwrap();
    let changes = join_all((0..5).map(|_| ada.change_password(PASSWORD, "staple battery horse"))).await;
    other.rollback().await.unwrap();
    for change in changes {
        assert_eq!(at(&change, "errors.0.extensions.code"), "SERVICE_UNAVAILABLE", "{change}");
    }
    let answer = ada.change_password("a wrong password", "staple battery horse").await;
    assert_eq!(at(&answer, "data.changePassword.code"), "INVALID_CREDENTIALS", "{answer}");
}

async fn wrong_current_passwords_are_limited(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.clock.stop();
    let before = app.hash_rounds().await;
    let at_once = (0..20).map(|_| ada.change_password("a wrong password", "staple battery horse"));
    let codes: Vec<Value> =
        join_all(at_once).await.iter().map(|answer| at(answer, "data.changePassword.code").clone()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 5, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == "TOO_MANY_ATTEMPTS").count(), 15, "{codes:?}");
    assert_eq!(app.hash_rounds().await - before, 5 * ROUNDS);

    let refused = ada.change_password(PASSWORD, "staple battery horse").await;
    assert_eq!(at(&refused, "data.changePassword.retryAfterSeconds"), 1);
    assert_eq!(at(&refused, "data.changePassword.message"), "Too many wrong passwords. Try again in a second.");
    app.clock.advance(TimeDelta::seconds(1));
    let changed = ada.change_password(PASSWORD, "staple battery horse").await;
    assert_eq!(at(&changed, "data.changePassword.__typename"), "ChangePasswordSuccess", "{changed}");
}
