//! `login`: who comes in, who does not, and that nobody can tell why.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Statement, TransactionTrait};
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
    on_both_databases,
};

on_both_databases![
    every_number_of_hash_lanes_stores_bcrypt,
    a_user_logs_in_with_the_address_or_the_username,
    an_invalid_access_token_does_not_prevent_a_login,
    an_unknown_user_and_a_wrong_password_get_the_same_answer_at_the_same_cost,
    a_hash_with_a_lower_cost_is_verified_and_replaced,
    hashes_of_other_systems_are_verified,
    a_stored_hash_with_too_high_a_cost_is_not_computed,
    a_password_is_compared_in_its_normalized_form,
    a_full_hash_queue_returns_when_to_retry,
    many_logins_from_one_address_do_not_delay_other_addresses,
    no_concurrent_login_survives_a_password_change,
    a_login_waits_for_a_concurrent_password_change,
];

async fn a_user_logs_in_with_the_address_or_the_username(app: &TestApp) {
    let input = json!({ "email": "Ada@example.com", "username": "Ada.L", "password": PASSWORD });
    app.anonymous().register_with(input).await;

    for identifier in ["Ada@example.com", "ADA@EXAMPLE.COM", " ada@example.com ", "Ada.L", "ada.l"] {
        let answer = app.anonymous().login(identifier, PASSWORD).await;
        assert_eq!(at(&answer, "data.login.user.username"), "Ada.L", "{identifier}");
    }
    assert_eq!(app.count("sessions").await, 6);
}

async fn an_invalid_access_token_does_not_prevent_a_login(app: &TestApp) {
    app.registered("ada@example.com").await;
    let answer = app.with_token("stale").login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess");
}

async fn an_unknown_user_and_a_wrong_password_get_the_same_answer_at_the_same_cost(app: &TestApp) {
    app.registered("ada@example.com").await;
    app.registered("gone@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at WHERE email = 'gone@example.com'").await;
    let long = "x".repeat(80);

    let mut seen = Vec::new();
    for (identifier, password) in [
        ("ada@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("nobody", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("gone@example.com", "not the password"),
        ("ada@example.com", long.as_str()),
        ("nobody@example.com", long.as_str()),
        ("ada@example.com", "nul\0inside"),
        ("ada@example.com", ""),
        ("no identifier at all \0", PASSWORD),
        ("", PASSWORD),
    ] {
        let before = app.hash_rounds().await;
        let answer = app.anonymous().login(identifier, password).await;
        seen.push((answer["data"]["login"].clone(), app.hash_rounds().await - before));
    }
    assert_eq!(seen[0].0["code"], "INVALID_CREDENTIALS");
    assert_eq!(seen[0].1, 1 << 4, "one hash at the configured cost");
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
}

async fn a_hash_with_a_lower_cost_is_verified_and_replaced(app: &TestApp) {
    let database = crate::support::database::TestDatabase::create(app.kind).await;
    let dearer = TestApp::start_with(app.kind, database, |config| config.bcrypt_cost = 6).await;
    dearer.registered("ada@example.com").await;
    store(&dearer, &bcrypt::hash(PASSWORD, 4).unwrap(), false).await;

    // A wrong password costs what it costs at today's price, lest the old one tell itself by its speed.
    let before = dearer.hash_rounds().await;
    dearer.anonymous().login("ada@example.com", "not the password").await;
    assert_eq!(dearer.hash_rounds().await - before, 1 << 6);

    // Several at once: what one of them stores again is still the password of the others.
    let logins = join_all((0..4).map(|_| dearer.logged_in("ada@example.com", PASSWORD))).await;
    for login in logins {
        assert_eq!(login.token_rejection().await, Value::Null);
    }
    while dearer.count("passwords WHERE hash LIKE '$2b$06$%'").await == 0 {
        tokio::task::yield_now().await;
    }
    dearer.logged_in("ada@example.com", PASSWORD).await;
    dearer.stop().await;
}

async fn hashes_of_other_systems_are_verified(app: &TestApp) {
    app.registered("ada@example.com").await;
    let hash = bcrypt::hash(PASSWORD, 4).unwrap();
    for version in ["$2a$", "$2b$", "$2y$"] {
        store(app, &hash.replace("$2b$", version), false).await;
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    store(app, &hash.replace("$2b$", "$2x$"), false).await;
    assert_eq!(refusal(app, PASSWORD).await, "INVALID_CREDENTIALS", "2x marks a hash of a broken bcrypt");

    // Made by a system that cuts passwords off: the long password still works, where the row says so and only there.
    let long = format!("{}{}", "x1".repeat(36), "and more");
    let cut_off = bcrypt::hash(&long, 4).unwrap();
    store(app, &cut_off, false).await;
    assert_eq!(refusal(app, &long).await, "INVALID_CREDENTIALS");
    store(app, &cut_off, true).await;
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

async fn a_password_is_compared_in_its_normalized_form(app: &TestApp) {
    let input = json!({ "username": "ada", "password": "caf\u{e9} au lait" });
    app.anonymous().register_with(input).await;
    app.logged_in("ada", "cafe\u{301} au lait").await;
}

/// A house that hashes slowly, and believes the test when it says where a request came from.
async fn slow_app(kind: Kind) -> TestApp {
    let database = TestDatabase::create(kind).await;
    let slow = TestApp::start_with(kind, database, |config| {
        config.bcrypt_cost = 11;
        config.hash_threads = std::num::NonZeroUsize::MIN;
        config.trusted_proxies = vec![std::net::IpAddr::from([127, 0, 0, 1]).into()];
    });
    slow.await
}

/// More than a slow house can check while people wait.
const CROWD: usize = 150;

/// What they hear who log in at once, each with another name.
async fn all_at_once(client: &Client) -> Vec<Value> {
    let logins = (0..CROWD).map(|n| async move { client.login(&format!("nobody-{n}"), PASSWORD).await });
    join_all(logins).await
}

async fn many_logins_from_one_address_do_not_delay_other_addresses(app: &TestApp) {
    let slow = slow_app(app.kind).await;
    let (crowd, other) = (slow.anonymous().forwarded_for("203.0.113.1"), slow.anonymous().forwarded_for("203.0.113.2"));
    let alone = async {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        other.login("nobody", PASSWORD).await
    };
    let (crowd, alone) = tokio::join!(all_at_once(&crowd), alone);
    assert_eq!(at(&alone, "data.login.code"), "INVALID_CREDENTIALS");
    assert!(crowd.iter().any(|answer| at(answer, "data.login.code") == "SERVER_BUSY"));
    slow.stop().await;
}

async fn a_full_hash_queue_returns_when_to_retry(app: &TestApp) {
    let slow = slow_app(app.kind).await;
    let answers = all_at_once(&slow.anonymous()).await;
    let busy: Vec<&Value> = answers.iter().filter(|answer| at(answer, "data.login.code") == "SERVER_BUSY").collect();
    let refused = answers.iter().filter(|answer| at(answer, "data.login.code") == "INVALID_CREDENTIALS").count();
    assert_eq!(busy.len() + refused, CROWD);
    assert!(!busy.is_empty() && refused >= 2, "{} busy", busy.len());
    assert!(at(busy[0], "data.login.retryAfterSeconds").as_i64().unwrap() >= 1);
    slow.stop().await;
}

async fn no_concurrent_login_survives_a_password_change(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let racers = (0..12).map(|_| {
        let client = app.anonymous();
        async move { client.login("ada@example.com", PASSWORD).await }
    });
    let change = ada.change_password(PASSWORD, "another password");
    let (changed, answers) = tokio::join!(change, join_all(racers));
    assert_eq!(at(&changed, "data.changePassword.__typename"), "ChangePasswordSuccess", "{changed}");

    for answer in &answers {
        let Some(token) = answer["data"]["login"]["tokens"]["accessToken"].as_str() else { continue };
        assert_eq!(app.with_token(token).token_rejection().await, "REVOKED");
    }
    assert_eq!(ada.token_rejection().await, Value::Null);
}

async fn a_login_waits_for_a_concurrent_password_change(app: &TestApp) {
    app.registered("ada@example.com").await;
    let before = app.hash_rounds().await;
    let change = app.db.begin().await.unwrap();
    let chosen_anew = "UPDATE passwords SET hash = 'another', changed_at = (SELECT expires_at FROM sessions)";
    change.execute_unprepared(chosen_anew).await.unwrap();

    let client = app.anonymous();
    let login = tokio::spawn(async move { client.login("ada@example.com", PASSWORD).await });
    // SQLite has one writer: there, the login waits before its password is hashed already.
    while app.kind == Kind::Postgresql && app.hash_rounds().await == before {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!login.is_finished());
    change.commit().await.unwrap();
    assert_eq!(at(&login.await.unwrap(), "data.login.code"), "INVALID_CREDENTIALS");
    assert_eq!(app.count("sessions").await, 1);
}

/// Puts a hash into the only row of passwords.
async fn store(app: &TestApp, hash: &str, truncates: bool) {
    app.sql(&format!("UPDATE passwords SET hash = '{hash}', truncates = {truncates}")).await;
}

async fn refusal(app: &TestApp, password: &str) -> Value {
    at(&app.anonymous().login("ada@example.com", password).await, "data.login.code").clone()
}

async fn every_number_of_hash_lanes_stores_bcrypt(app: &TestApp) {
    for lanes in [Some(0), Some(1), Some(6), None] {
        let database = TestDatabase::create(app.kind).await;
        let other = TestApp::start_with(app.kind, database, |config| config.hash_lanes = lanes).await;
        let long = "seventy-two!".repeat(6);
        let people =
            [("ada@example.com", PASSWORD), ("bob@example.com", &*long), ("cyd@example.com", "pass wörd with ö")];
        let answers = join_all(people.map(|(email, password)| {
            let client = other.anonymous();
            async move { client.register_with(json!({ "email": email, "password": password })).await }
        }));
        for answer in answers.await {
            assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{answer}");
        }
        for (email, password) in people {
            let sql = format!("SELECT hash FROM passwords, users WHERE user_id = id AND email = '{email}'");
            let statement = Statement::from_string(other.db.get_database_backend(), sql);
            let row = other.db.query_one_raw(statement).await.unwrap().unwrap();
            let hash: String = row.try_get("", "hash").unwrap();
            assert!(bcrypt::verify(password, &hash).unwrap(), "{lanes:?} {email}: {hash}");
            assert!(hash.starts_with("$2b$04$") && hash.len() == 60, "{hash}");

            // And what the crate writes is known here.
            let by_the_crate = bcrypt::hash(password, 5).unwrap();
            let whose = format!("user_id = (SELECT id FROM users WHERE email = '{email}')");
            other.sql(&format!("UPDATE passwords SET hash = '{by_the_crate}' WHERE {whose}")).await;
            let answer = other.anonymous().login(email, password).await;
            assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{lanes:?} {email}");
        }
        other.stop().await;
    }
}
