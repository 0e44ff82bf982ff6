//! Rate limits: guesses, registrations, mails, invalid refresh tokens, and changes.

mod account;
mod change;
mod device;
mod guesses;
mod mail;
mod network;
mod prefix;
mod queries;
mod time;

use std::net::IpAddr;

use latchkey::config::Config;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, client::Client, database::TestDatabase};

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

/// Registers a user, and returns the device token of this device.
async fn device_of(client: &Client, email: &str) -> String {
    let answer = client.register(email).await;
    at(&answer, "data.register.deviceToken").as_str().expect("a device token").to_owned()
}

/// The code of a login with the right password, or the name of the success.
async fn right(client: &Client, identifier: &str, device: Option<&str>) -> Value {
    let input = json!({ "identifier": identifier, "password": PASSWORD, "deviceToken": device });
    let answer = client.login_with(input).await;
    let login = at(&answer, "data.login");
    if login["code"].is_null() { login["__typename"].clone() } else { login["code"].clone() }
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
