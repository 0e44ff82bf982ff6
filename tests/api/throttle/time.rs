//! Waiting times, expiry of attempts, and wrong clocks.

use chrono::TimeDelta;
use serde_json::json;

use super::{app_behind_proxy, guess, guesses};
use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases!(
    waiting_times_double_and_failed_logins_are_forgotten,
    forgotten_attempts_are_removed,
    a_clock_that_was_ahead_locks_no_client_out,
);

async fn waiting_times_double_and_failed_logins_are_forgotten(app: &TestApp) {
    app.clock.stop();
    let client = app.anonymous();
    guesses(&client, "unknown", 5).await;
    for wait in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 512, 900, 900] {
        let refused = guess(&client, "unknown").await;
        assert_eq!(refused["retryAfterSeconds"], wait, "{refused}");
        app.clock.advance(TimeDelta::seconds(wait - 1));
        assert_eq!(guess(&client, "unknown").await["retryAfterSeconds"], 1);
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(guess(&client, "unknown").await["code"], "INVALID_CREDENTIALS", "after {wait}");
    }
    app.clock.advance(TimeDelta::hours(5));
    let codes = guesses(&client, "unknown", 6).await;
    assert_eq!(codes.iter().filter(|code| **code == "INVALID_CREDENTIALS").count(), 5, "{codes:?}");
}

async fn forgotten_attempts_are_removed(app: &TestApp) {
    app.clock.stop();
    guesses(&app.anonymous(), "unknown", 2).await;
    guesses(&app.anonymous(), "other", 1).await;
    assert_eq!(app.count("attempts").await, 5, "two identifiers, two prefixes, all networks");
    app.clock.advance(TimeDelta::minutes(20) + TimeDelta::seconds(1));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("attempts").await, 1, "one attempt at the first identifier has not expired");
    app.clock.advance(TimeDelta::minutes(15));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("attempts").await, 0);
}

async fn a_clock_that_was_ahead_locks_no_client_out(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 3).await;
    let client = app.anonymous().forwarded_for("203.0.113.1");
    let register = async |name: &str| {
        let answer = client.register_with(json!({ "username": name, "password": PASSWORD })).await;
        at(&answer, "data.register.__typename").clone()
    };
    let years = TimeDelta::days(3650);
    app.clock.advance(years);
    for name in ["ada", "bob", "cyd"] {
        assert_eq!(register(name).await, "RegisterSuccess");
    }
    app.clock.advance(-years);
    assert_eq!(register("dan").await, "RegisterSuccess");
    assert_eq!(register("eve").await, "TooManyAttempts", "the earlier registrations still count");
    app.stop().await;
}
