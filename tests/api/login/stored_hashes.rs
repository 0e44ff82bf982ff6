//! The hashes that a login verifies, and replaces.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![
    every_number_of_hash_lanes_stores_bcrypt,
    a_hash_with_a_lower_cost_is_verified_and_replaced,
    hashes_of_other_systems_are_verified,
    a_stored_hash_with_too_high_a_cost_is_not_computed,
];

async fn every_number_of_hash_lanes_stores_bcrypt(app: &TestApp) {
    for lanes in [Some(0), Some(1), Some(6), None] {
        let database = TestDatabase::create(app.kind).await;
        let other = TestApp::start_with(app.kind, database, |config| config.passwords.hash_lanes = lanes).await;
        let long = "seventy-two!".repeat(6);
        let users =
            [("ada@example.com", PASSWORD), ("bob@example.com", &*long), ("cyd@example.com", "pass wörd with ö")];
        let answers = join_all(users.map(|(email, password)| {
            let client = other.anonymous();
            async move { client.register_with(json!({ "email": email, "password": password })).await }
        }));
        for answer in answers.await {
            assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{answer}");
        }
        for (email, password) in users {
            let sql = format!("SELECT hash FROM passwords, users WHERE user_id = id AND email = '{email}'");
            let statement = Statement::from_string(other.db.get_database_backend(), sql);
            let row = other.db.query_one_raw(statement).await.unwrap().unwrap();
            let hash: String = row.try_get("", "hash").unwrap();
            assert!(bcrypt::verify(password, &hash).unwrap(), "{lanes:?} {email}: {hash}");
            assert!(hash.starts_with("$2b$04$") && hash.len() == 60, "{hash}");

            // A hash of the crate `bcrypt` is verified, too.
            let of_the_crate = bcrypt::hash(password, 5).unwrap();
            let whose = format!("user_id = (SELECT id FROM users WHERE email = '{email}')");
            other.sql(&format!("UPDATE passwords SET hash = '{of_the_crate}' WHERE {whose}")).await;
            let answer = other.anonymous().login(email, password).await;
            assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{lanes:?} {email}");
        }
        other.stop().await;
    }
}

async fn a_hash_with_a_lower_cost_is_verified_and_replaced(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let app_with_higher_cost = TestApp::start_with(app.kind, database, |config| config.passwords.bcrypt_cost = 6).await;
    app_with_higher_cost.registered("ada@example.com").await;
    store(&app_with_higher_cost, &bcrypt::hash(PASSWORD, 4).unwrap(), false).await;

    // A wrong password costs as much as with a new hash, so that the time does not reveal the old one.
    let before = app_with_higher_cost.hash_rounds().await;
    app_with_higher_cost.anonymous().login("ada@example.com", "not the password").await;
    assert_eq!(app_with_higher_cost.hash_rounds().await - before, 1 << 6);

    // Concurrent logins: after one of them has replaced the hash, the others still succeed.
    let logins = join_all((0..4).map(|_| app_with_higher_cost.logged_in("ada@example.com", PASSWORD))).await;
    for login in logins {
        assert_eq!(login.token_rejection().await, Value::Null);
    }
    while app_with_higher_cost.count("passwords WHERE hash LIKE '$2b$06$%'").await == 0 {
        tokio::task::yield_now().await;
    }
    app_with_higher_cost.logged_in("ada@example.com", PASSWORD).await;
    app_with_higher_cost.stop().await;
}

async fn hashes_of_other_systems_are_verified(app: &TestApp) {
    app.registered("ada@example.com").await;
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    for version in ["$2a$", "$2b$", "$2y$"] {
        store(app, &hash.replace("$2b$", version), false).await;
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    store(app, &hash.replace("$2b$", "$2x$"), false).await;
    assert_eq!(refusal(app, PASSWORD).await, "INVALID_CREDENTIALS", "$2x$ marks hashes of a faulty implementation");

    // From a system that truncates passwords: the long password is accepted only if the row says that it was truncated.
    let long = format!("{}{}", "x1".repeat(36), "and more");
    let truncated = bcrypt::hash(&long, 4).unwrap();
    store(app, &truncated, false).await;
    assert_eq!(refusal(app, &long).await, "INVALID_CREDENTIALS");
    store(app, &truncated, true).await;
    app.logged_in("ada@example.com", &long).await;
}

async fn a_stored_hash_with_too_high_a_cost_is_not_computed(app: &TestApp) {
    app.registered("ada@example.com").await;
    let hash = bcrypt::hash(PASSWORD, 5).unwrap();
    for stored in [hash.replace("$05$", "$17$"), hash.replace("$05$", "$31$"), "no hash".to_owned(), String::new()] {
        store(app, &stored, false).await;
        let before = app.hash_rounds().await;
        assert_eq!(refusal(app, PASSWORD).await, "INVALID_CREDENTIALS");
        assert_eq!(app.hash_rounds().await - before, 1 << 4);
    }
}

/// Replaces the hash in the only row of `passwords`.
async fn store(app: &TestApp, hash: &str, truncates: bool) {
    app.sql(&format!("UPDATE passwords SET hash = '{hash}', truncates = {truncates}")).await;
}

async fn refusal(app: &TestApp, password: &str) -> Value {
    at(&app.anonymous().login("ada@example.com", password).await, "data.login.code").clone()
}
