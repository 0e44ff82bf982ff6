//! Many logins at once, more than the server can hash.

use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
    on_both_databases,
};

on_both_databases![a_full_hash_queue_returns_when_to_retry, many_logins_from_one_address_do_not_delay_other_addresses,];

/// An app that hashes slowly, and trusts the test as a proxy.
async fn slow_app(kind: Kind) -> TestApp {
    let database = TestDatabase::create(kind).await;
    let slow = TestApp::start_with(kind, database, |config| {
        config.passwords.bcrypt_cost = 11;
        config.passwords.hash_threads = std::num::NonZeroUsize::MIN;
        config.server.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
    });
    slow.await
}

/// More logins than a slow app can hash in time.
const LOGINS: usize = 150;

/// The answers to concurrent logins, each with another identifier.
async fn all_at_once(client: &Client) -> Vec<Value> {
    let logins = (0..LOGINS).map(|n| async move { client.login(&format!("user-{n}"), PASSWORD).await });
    join_all(logins).await
}

async fn a_full_hash_queue_returns_when_to_retry(app: &TestApp) {
    let slow = slow_app(app.kind).await;
    let answers = all_at_once(&slow.anonymous()).await;
    let busy: Vec<&Value> = answers.iter().filter(|answer| at(answer, "data.login.code") == "SERVER_BUSY").collect();
    let refused = answers.iter().filter(|answer| at(answer, "data.login.code") == "INVALID_CREDENTIALS").count();
    assert_eq!(busy.len() + refused, LOGINS);
    assert!(!busy.is_empty() && refused >= 2, "{} busy", busy.len());
    assert!(at(busy[0], "data.login.retryAfterSeconds").as_i64().unwrap() >= 1);
    slow.stop().await;
}

async fn many_logins_from_one_address_do_not_delay_other_addresses(app: &TestApp) {
    let slow = slow_app(app.kind).await;
    let (many, other) = (slow.anonymous().forwarded_for("203.0.113.1"), slow.anonymous().forwarded_for("203.0.113.2"));
    let one = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        other.login("user", PASSWORD).await
    };
    let (many, one) = tokio::join!(all_at_once(&many), one);
    assert_eq!(at(&one, "data.login.code"), "INVALID_CREDENTIALS");
    assert!(many.iter().any(|answer| at(answer, "data.login.code") == "SERVER_BUSY"));
    slow.stop().await;
}
