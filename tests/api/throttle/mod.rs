//! How often somebody may try: a password, a registration, an invented refresh token.

mod account;
mod change;
mod network;
mod time;

use std::net::IpAddr;

use latchkey::config::Config;
use serde_json::Value;

use crate::support::{TestApp, at, client::Client, database::TestDatabase};

/// What a guess costs here.
const ROUNDS: u64 = 1 << 4;

/// A house that believes the test when it says where a request came from, and whose clock stands still.
async fn app_behind_proxy(app: &TestApp, adjust: impl FnOnce(&mut Config)) -> TestApp {
    let database = TestDatabase::create(app.kind).await;
    let behind = TestApp::start_with(app.kind, database, |config| {
        config.trusted_proxies = vec![IpAddr::from([127, 0, 0, 1]).into()];
        adjust(config);
    })
    .await;
    behind.clock.stop();
    behind
}

async fn guess(client: &Client, identifier: &str) -> Value {
    at(&client.login(identifier, "a wrong password").await, "data.login").clone()
}

/// The code of so many guesses, one after the other.
async fn guesses(client: &Client, identifier: &str, times: usize) -> Vec<Value> {
    let mut codes = Vec::new();
    for _ in 0..times {
        codes.push(guess(client, identifier).await["code"].clone());
    }
    codes
}
