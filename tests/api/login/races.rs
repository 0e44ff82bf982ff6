//! Logins at the same time as a change of the password.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::Value;

use crate::support::{PASSWORD, TestApp, at, database::Kind, on_both_databases};

on_both_databases![no_concurrent_login_survives_a_password_change, a_login_waits_for_a_concurrent_password_change,];

async fn no_concurrent_login_survives_a_password_change(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let logins = (0..12).map(|_| {
        let client = app.anonymous();
        async move { client.login("ada@example.com", PASSWORD).await }
    });
    let change = ada.change_password(PASSWORD, "another password");
    let (changed, answers) = tokio::join!(change, join_all(logins));
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
    let new_hash = "UPDATE passwords SET hash = 'another', changed_at = (SELECT expires_at FROM sessions)";
    change.execute_unprepared(new_hash).await.unwrap();

    let client = app.anonymous();
    let login = tokio::spawn(async move { client.login("ada@example.com", PASSWORD).await });
    // SQLite has one writer, so the login waits before it hashes the password.
    while app.kind == Kind::Postgresql && app.hash_rounds().await == before {
        tokio::task::yield_now().await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(!login.is_finished());
    change.commit().await.unwrap();
    assert_eq!(at(&login.await.unwrap(), "data.login.code"), "INVALID_CREDENTIALS");
    assert_eq!(app.count("sessions").await, 1);
}
