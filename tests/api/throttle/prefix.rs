//! A flood from one customer affects no client elsewhere: networks are counted at several prefixes.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{app_behind_proxy, guess};
use crate::support::{PASSWORD, TestApp, at, client::Client, on_both_databases};

on_both_databases!(
    a_flood_from_a_48_or_a_24_affects_no_client_elsewhere,
    each_wider_prefix_allows_more,
    an_address_in_another_form_is_the_same_network,
);

/// The result of each limited action of a client without an account, with names that nobody else uses.
async fn act(client: &Client, action: &str, name: &str) -> Value {
    match action {
        "login" => guess(client, name).await["code"].clone(),
        "register" => {
            let answer = client.register_with(json!({ "username": name, "password": PASSWORD })).await;
            at(&answer, "data.register.__typename").clone()
        }
        "refreshToken" => at(&client.refresh(name).await, "data.refreshToken.__typename").clone(),
        _ => {
            let answer = client.request_password_reset(&format!("{name}@example.com")).await;
            at(&answer, "data.requestPasswordReset.__typename").clone()
        }
    }
}

const ACTIONS: [&str; 4] = ["login", "register", "refreshToken", "requestPasswordReset"];

fn is_refused(result: &Value) -> bool {
    result == "TOO_MANY_ATTEMPTS" || result == "TooManyAttempts"
}

async fn a_flood_from_a_48_or_a_24_affects_no_client_elsewhere(app: &TestApp) {
    let app = app_behind_proxy(app, |config| {
        config.attempts.per_network = 4;
        config.attempts.overall = 16;
    })
    .await;
    for action in ACTIONS {
        let (mut allowed_v6, mut allowed_v4) = (0, 0);
        for n in 0..40 {
            let v6 = app.anonymous().forwarded_for(&format!("2001:db8:7:{n:x}{:x}::{n:x}", n % 7));
            allowed_v6 += i32::from(!is_refused(&act(&v6, action, &format!("six-{n}")).await));
            let v4 = app.anonymous().forwarded_for(&format!("203.0.113.{n}"));
            allowed_v4 += i32::from(!is_refused(&act(&v4, action, &format!("four-{n}")).await));
        }
        assert_eq!((allowed_v6, allowed_v4), (4, 4), "{action}: a quarter of what all together are allowed");

        // Not only the first attempt of other networks, of the same families.
        for (n, other) in ["2001:db8:8::1", "203.0.112.1", "198.51.100.1"].into_iter().enumerate() {
            for again in 0..2 {
                let result = act(&app.anonymous().forwarded_for(other), action, &format!("other-{n}-{again}")).await;
                assert!(!is_refused(&result), "{action} from {other}: {result}");
            }
        }
    }
    app.stop().await;
}

async fn each_wider_prefix_allows_more(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 3).await;
    let mut names = 0..;
    let mut allowed = async |addresses: &[&str]| {
        app.clock.advance(TimeDelta::minutes(10));
        let mut allowed = 0;
        for _ in 0..40 {
            for address in addresses {
                let name = format!("unknown-{}", names.next().unwrap());
                let answer = guess(&app.anonymous().forwarded_for(address), &name).await;
                allowed += i32::from(answer["code"] == "INVALID_CREDENTIALS");
            }
        }
        allowed
    };
    assert_eq!(allowed(&["2001:db8::1", "2001:db8::ffff:0:0:1"]).await, 3, "one /64");
    assert_eq!(
        allowed(&["2001:db8:0:0::1", "2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8:0:ff::1"]).await,
        6,
        "one /56"
    );
    let one_48 =
        ["2001:db8:0:0::1", "2001:db8:0:100::1", "2001:db8:0:200::1", "2001:db8:0:300::1", "2001:db8:0:ff00::1"];
    assert_eq!(allowed(&one_48).await, 12, "one /48");
    assert_eq!(allowed(&["2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1"]).await, 9, "three of them");
    assert_eq!(allowed(&["203.0.113.1"]).await, 3, "one /32");
    let one_24: Vec<String> = (0..10).map(|n| format!("203.0.113.{n}")).collect();
    assert_eq!(allowed(&one_24.iter().map(String::as_str).collect::<Vec<_>>()).await, 24, "one /24");
    app.stop().await;
}

async fn an_address_in_another_form_is_the_same_network(app: &TestApp) {
    let app = app_behind_proxy(app, |config| config.attempts.per_network = 2).await;
    for forms in [
        ["203.0.113.1", "::ffff:203.0.113.1", "[::ffff:203.0.113.1]:4711"],
        ["2001:db8:0:5::1", "2001:0DB8:0000:0005:1:2:3:4", "[2001:db8:0:5::9]:80"],
    ] {
        let mut codes = Vec::new();
        for (n, form) in forms.into_iter().enumerate() {
            codes.push(guess(&app.anonymous().forwarded_for(form), &format!("unknown-{n}")).await["code"].clone());
        }
        assert_eq!(codes, ["INVALID_CREDENTIALS", "INVALID_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
    }
    app.stop().await;
}
