//! Notifications that must not be lost: of many sessions at once, and of changes by another process.

use std::{collections::HashSet, process::Stdio, time::Duration};

use serde_json::json;
use tokio::time::timeout;

use super::{closed, endpoint, token};
use crate::support::{
    SECRET_KEY, TestApp,
    database::Kind,
    on_both_databases,
    program::latchkey,
    subscriber::{Received, Subscriber},
};

on_both_databases![
    many_sessions_that_end_in_one_transaction_are_each_received_once,
    a_user_who_is_disabled_from_the_shell_is_disconnected,
];

const MANY: usize = 1200;

async fn many_sessions_that_end_in_one_transaction_are_each_received_once(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let new_id = match app.kind {
        Kind::Sqlite => "randomblob(16)",
        Kind::Postgresql => "gen_random_uuid()",
    };
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY})");
    let columns = "user_id, created_at, last_used_at, expires_at";
    app.sql(&format!("INSERT INTO sessions (id, {columns}) {numbers} SELECT {new_id}, {columns} FROM sessions, n"))
        .await;
    let mut subscribers = Vec::new();
    for _ in 0..2 {
        subscribers.push(Subscriber::to_session_ended(&endpoint(app), token(&ada)).await);
    }
    ada.revoke_other_sessions().await;
    for subscriber in &mut subscribers {
        let mut received = HashSet::new();
        for n in 0..MANY {
            let id = subscriber.ended_session().await["id"].as_str().expect("an id").to_owned();
            assert!(received.insert(id), "notification {n} is a duplicate");
        }
        assert!(subscriber.is_silent().await, "there are no other notifications");
    }
    let own = ada.session_id().await;
    ada.logout().await;
    assert_eq!(subscribers[0].ended_session().await["id"], own);
    assert_eq!(subscribers[0].next().await, Received::Message(json!({ "type": "complete", "id": "1" })));
    assert_eq!(subscribers[0].next().await, closed(4403, "REVOKED"));
}

async fn a_user_who_is_disabled_from_the_shell_is_disconnected(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for _ in 0..2 {
        let mut of_ada = Subscriber::to_session_ended(&endpoint(app), token(&ada)).await;
        let folder = tempfile::tempdir().unwrap();
        let mut command = latchkey(folder.path(), &["user", "disable", "ada@example.com"]);
        command.env("DATABASE_URL", &app.database.url).env("SECRET_KEY", SECRET_KEY).stdin(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        assert!(output.status.success(), "{output:?}");
        // A notification takes a second at most, and longer on a busy machine; without it, the check after half a minute would be
        // too late.
        let ended = timeout(Duration::from_secs(6), of_ada.ended_session()).await.expect("notified in time");
        assert_eq!(ended["current"], true);
        assert_eq!(of_ada.next().await, Received::Message(json!({ "type": "complete", "id": "1" })));
        assert_eq!(of_ada.next().await, closed(4403, "REVOKED"));

        // The second round starts after a time without subscriptions.
        app.sql("UPDATE users SET disabled_at = NULL").await;
        app.sql("UPDATE sessions SET ended_at = NULL").await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
}
