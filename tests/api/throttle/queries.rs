//! A login that is refused before its password is hashed reveals nothing: neither in its response nor in its work.

use serde_json::{Value, json};

use super::guesses;
use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
    on_both_databases,
    proxy::Proxy,
};

on_both_databases!(a_network_whose_allowance_is_used_up_reveals_no_account,);

async fn login(client: &Client, name: &str, device: Option<&str>) -> Value {
    let input = json!({ "identifier": name, "password": PASSWORD, "deviceToken": device });
    at(&client.login_with(input).await, "data.login").clone()
}

async fn a_network_whose_allowance_is_used_up_reveals_no_account(app: &TestApp) {
    let app = super::app_behind_proxy(app, |config| config.attempts.per_network = 6).await;
    let (here, elsewhere) =
        (app.anonymous().forwarded_for("198.51.100.7"), app.anonymous().forwarded_for("203.0.113.1"));
    here.register_with(json!({ "email": "alice@example.com", "username": "alice", "password": PASSWORD })).await;
    elsewhere.register("bob@example.com").await;
    for n in 0..6 {
        guesses(&here, &format!("made-up-{n}@example.com"), 1).await;
    }
    let mut answers = Vec::new();
    for name in ["alice@example.com", "alice", "bob@example.com", "nobody@example.com", "nobody"] {
        answers.push(login(&here, name, None).await);
    }
    assert_eq!(answers[0]["code"], "TOO_MANY_ATTEMPTS");
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    app.stop().await;
}

/// The first is refused because of the network, the second because of the account, and the third is hashed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_name_and_device_token_causes_the_same_queries() {
    let database = TestDatabase::create(Kind::Postgresql).await;
    let (proxy, through_proxy) = Proxy::in_front_of(&database).await;
    let app = TestApp::start_with(Kind::Postgresql, database, |config| {
        config.database.url = through_proxy.parse().unwrap();
        config.mail.delivery = latchkey::mail::MailDelivery::Disabled;
        config.server.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
        config.attempts.per_network = 40;
    })
    .await;
    let full = app.anonymous().forwarded_for("203.0.113.1");
    let answer = full.register("alice@example.com").await;
    let of_alice = at(&answer, "data.register.deviceToken").as_str().unwrap().to_owned();
    let answer = app.anonymous().forwarded_for("198.51.100.1").register("bob@example.com").await;
    let of_bob = at(&answer, "data.register.deviceToken").as_str().unwrap().to_owned();
    app.clock.stop();
    for n in 0..40 {
        guesses(&full, &format!("made-up-{n}@example.com"), 1).await;
    }
    let names = ["alice@example.com", "bob@example.com", "nobody@example.com", "nobody"];
    let other = app.anonymous().forwarded_for("192.0.2.1");
    let mut seen = Vec::new();
    for (client, code, times) in
        [(&other, "INVALID_CREDENTIALS", 1), (&full, "TOO_MANY_ATTEMPTS", 1), (&other, "TOO_MANY_ATTEMPTS", 6)]
    {
        let mut counts = Vec::new();
        for name in names {
            let tokens = [None, Some("forged"), Some(&*of_bob).filter(|_| name != "bob@example.com")];
            let own = Some(&*of_alice).filter(|_| name != "alice@example.com");
            for device in tokens.into_iter().chain([own]) {
                for _ in 1..times {
                    guesses(client, name, 1).await;
                }
                let before = proxy.statements();
                let input = json!({ "identifier": name, "password": "a wrong password", "deviceToken": device });
                let answer = client.login_with(input).await;
                assert_eq!(at(&answer, "data.login.code"), code, "{name}: {answer}");
                counts.push(proxy.statements() - before);
            }
        }
        assert!(counts.iter().all(|count| *count == counts[0]), "{code}: {counts:?}");
        seen.push(counts[0]);
    }
    assert!(seen[1] <= 2 && seen[2] <= 3, "a refusal only reads: {seen:?}");
    app.stop().await;
}
