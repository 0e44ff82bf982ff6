//! Rate limits: failed logins, registrations, invalid refresh tokens, and changes.

mod account;
mod change;
mod network;
mod time;

use std::net::IpAddr;

use latchkey::config::Config;
use serde_json::Value;

use crate::support::{TestApp, at, client::Client, database::TestDatabase};

/// The rounds of bcrypt for a failed login in these tests.
const ROUNDS: u64 = 1 << 4;

/// An app that trusts the test as a proxy, with a stopped clock.
async fn app_behind_proxy(app: &TestApp, adjust: impl FnOnce(&mut Config)) -> TestApp {
    let database = TestDatabase::create(app.kind).await;
    let behind = TestApp::start_with(app.kind, database, |config| {
        config.server.trusted_proxies = vec![IpAddr::from([127, 0, 0, 1]).into()];
        adjust(config);
    })
    .await;
    behind.clock.stop();
    behind
}

/// Logs in with a wrong password.
async fn guess(client: &Client, identifier: &str) -> Value {
    at(&client.login(identifier, "a wrong password").await, "data.login").clone()
}

/// The codes of this many failed logins, one after the other.
async fn guesses(client: &Client, identifier: &str, times: usize) -> Vec<Value> {
    let mut codes = Vec::new();
    for _ in 0..times {
        codes.push(guess(client, identifier).await["code"].clone());
    }
    codes
}
