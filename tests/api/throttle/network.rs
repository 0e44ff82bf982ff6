//! Attempts are limited for each network, and for all networks together.

use chrono::TimeDelta;
use serde_json::json;

use super::{app_behind_proxy, device_of, guess, guesses, right};
use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases!(
    failed_logins_of_a_network_are_limited,
    failed_logins_of_all_networks_together_are_limited,
    registrations_of_a_network_are_limited,
    invalid_refresh_tokens_are_limited,
);

async fn failed_logins_of_a_network_are_limited(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 10).await;
    for (same, other) in [
        (["203.0.113.1", "::ffff:203.0.113.1", "6.6.6.6, 203.0.113.1"], "203.0.113.2"),
        (["2001:db8::1", "2001:db8::ffff:0:0:1", "2001:db8:0:0:7::"], "2001:db8:0:1::1"),
    ] {
        let mut codes = Vec::new();
        for n in 0..12 {
            let client = app.anonymous().forwarded_for(same[n % same.len()]);
            codes.push(guess(&client, &format!("unknown-{n}")).await);
        }
        assert!(codes[..10].iter().all(|answer| answer["code"] == "INVALID_CREDENTIALS"), "{codes:?}");
        assert!(codes[10..].iter().all(|answer| answer["retryAfterSeconds"] == 30), "{codes:?}");
        assert_eq!(guess(&app.anonymous().forwarded_for(other), "unknown").await["code"], "INVALID_CREDENTIALS");

        app.clock.advance(TimeDelta::seconds(30));
        let codes = guesses(&app.anonymous().forwarded_for(same[0]), "other", 2).await;
        assert_eq!(codes, ["INVALID_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
    }
    app.stop().await;
}

async fn failed_logins_of_all_networks_together_are_limited(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.overall = 20).await;
    let owner = app.anonymous().forwarded_for("198.51.100.7");
    let device = device_of(&owner, "ada@example.com").await;
    let from = |n: usize| app.anonymous().forwarded_for(&format!("203.0.{n}.1"));
    for n in 0..20 {
        assert_eq!(guess(&from(n), &format!("unknown-{n}")).await["code"], "INVALID_CREDENTIALS");
    }
    let refused = guess(&from(7), "unknown").await;
    assert_eq!(refused["retryAfterSeconds"], 15, "{refused}");
    // Neither the first attempt of a network nor a known device is refused because of others.
    for n in 20..60 {
        assert_eq!(guess(&from(n), &format!("unknown-{n}")).await["code"], "INVALID_CREDENTIALS");
        assert_eq!(guess(&from(n), "unknown").await["code"], "TOO_MANY_ATTEMPTS");
    }
    assert_eq!(right(&owner, "ada@example.com", Some(&device)).await, "LoginSuccess");
    // Attempts beyond the ceiling do not prolong the wait, and a network is new again after five minutes.
    app.clock.advance(TimeDelta::seconds(15));
    assert_eq!(guess(&from(7), "unknown").await["code"], "INVALID_CREDENTIALS");
    assert_eq!(guess(&from(8), "unknown").await["code"], "TOO_MANY_ATTEMPTS");
    app.clock.advance(TimeDelta::minutes(5));
    for n in 0..30 {
        assert_eq!(guess(&from(n), &format!("another-{n}")).await["code"], "INVALID_CREDENTIALS", "{n}");
    }
    app.stop().await;
}

async fn registrations_of_a_network_are_limited(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 3).await;
    let client = app.anonymous().forwarded_for("203.0.113.1");
    let mut codes = Vec::new();
    for name in ["ada", "not valid!", "ada", "bob", "cyd", "dan"] {
        let answer = client.register_with(json!({ "username": name, "password": PASSWORD })).await;
        codes.push(at(&answer, "data.register.__typename").clone());
    }
    let expected = [
        "RegisterSuccess",
        "ValidationFailed",
        "UsernameTaken",
        "RegisterSuccess",
        "TooManyAttempts",
        "TooManyAttempts",
    ];
    assert_eq!(codes, expected);
    assert_eq!(app.count("users").await, 2);

    // A login, and a registration from another network, are counted separately.
    let answer = client.login("ada", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess");
    let answer = client.forwarded_for("203.0.113.2").register("eve@example.com").await;
    assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess");
    app.stop().await;
}

async fn invalid_refresh_tokens_are_limited(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 3).await;
    let client = app.anonymous().forwarded_for("203.0.113.1");
    let ada = client.register("ada@example.com").await;
    let mut answers = Vec::new();
    for _ in 0..5 {
        answers.push(at(&client.refresh("invented").await, "data.refreshToken").clone());
    }
    assert!(answers[..3].iter().all(|answer| answer["code"] == "REFRESH_REJECTED"), "{answers:?}");
    assert!(answers[3..].iter().all(|answer| answer["retryAfterSeconds"] == 100), "{answers:?}");

    let good = at(&ada, "data.register.tokens.refreshToken").as_str().unwrap();
    let answer = client.refresh(good).await;
    assert_eq!(at(&answer, "data.refreshToken.__typename"), "RefreshTokenSuccess", "{answer}");
    app.stop().await;
}
