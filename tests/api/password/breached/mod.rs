//! Breached passwords are refused. A failing service or list does not prevent registrations.

mod away;
mod list;
mod service;
mod settings;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use latchkey::breaches::BreachSource;
use serde_json::{Value, json};

use crate::support::{
    TestApp, at,
    database::{Kind, TestDatabase},
    metrics::value,
};

/// A password that counts as breached in these tests.
const LEAKED: &str = "staple battery horse";

/// Other breached passwords, as in a response of the service.
const OTHERS: &str = "0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n00D4F6E8FA6EECAD2A3AA415EEC418D38EC:20\r\n";

/// An app that looks new passwords up in this service or list.
async fn app_with(source: &str) -> TestApp {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let source = BreachSource::open(source).expect("usable");
    TestApp::start_with(Kind::Sqlite, database, |config| config.passwords.breaches = Some(source)).await
}

/// Registers a user with this password, and returns the rule that the password violates, or null.
async fn refused(app: &TestApp, username: &str, password: &str) -> Value {
    let answer = app.anonymous().register_with(json!({ "username": username, "password": password })).await;
    let outcome = at(&answer, "data.register");
    if outcome["__typename"] == "RegisterSuccess" {
        return Value::Null;
    }
    assert_eq!(outcome["violations"].as_array().map(Vec::len), Some(1), "{answer}");
    assert_eq!(at(outcome, "violations.0.path"), &json!(["input", "password"]), "{answer}");
    at(outcome, "violations.0.rule").clone()
}

/// The number of passwords that were found, were not found, and could not be looked up.
async fn looked_up(app: &TestApp) -> [u64; 3] {
    let metrics = app.metrics().await;
    ["found", "not_found", "failed"]
        .map(|outcome| value(&metrics, &format!(r#"latchkey_breach_checks_total{{outcome="{outcome}"}}"#)))
}

/// SHA-1 in hexadecimal digits.
fn sha1(text: &str) -> String {
    let digest = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat()
}
