//! A PostgreSQL with other defaults, and changes of the schema while the server runs.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use futures_util::future::join_all;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
};

/// The number of concurrent clients.
const AT_ONCE: usize = 24;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_clients_get_no_errors_if_the_database_defaults_to_serializable() {
    for isolation in ["serializable", "repeatable read"] {
        let database = TestDatabase::create(Kind::Postgresql).await;
        let name = database.url.rsplit_once('/').unwrap().1.to_owned();
        let rows = database.connect().await;
        let sql = format!("ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'");
        rows.execute_unprepared(&sql).await.unwrap();
        let app = TestApp::start_with(Kind::Postgresql, database, |_| {}).await;
        work_at_once(&app, 2).await;
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_get_no_errors_while_the_type_of_a_column_changes() {
    let database = TestDatabase::create(Kind::Postgresql).await;
    let app = TestApp::start_with(Kind::Postgresql, database, |_| {}).await;
    // From now on, every connection has prepared statements.
    work_at_once(&app, 1).await;

    let done = AtomicBool::new(false);
    let changes = async {
        let mut changes = 0;
        while !done.load(Ordering::Relaxed) {
            for to in ["varchar(300)", "text"] {
                let sql = format!("ALTER TABLE users ALTER COLUMN display_name TYPE {to}");
                changes += i32::from(app.db.execute_unprepared(&sql).await.is_ok());
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
        changes
    };
    let work = async {
        work_at_once(&app, 4).await;
        done.store(true, Ordering::Relaxed);
    };
    let (changes, ()) = tokio::join!(changes, work);
    assert!(changes >= 2, "the type changed {changes} times");
    app.stop().await;
}

/// Concurrent clients that each execute all operations this many times.
async fn work_at_once(app: &TestApp, times: usize) {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    join_all((0..AT_ONCE).map(|_| async {
        for _ in 0..times {
            let n = COUNT.fetch_add(1, Ordering::Relaxed);
            work(&app.anonymous(), &format!("user{n}@example.com")).await;
        }
    }))
    .await;
}

async fn work(client: &Client, email: &str) {
    let registered = client.register(email).await;
    expect(&registered, "register", "RegisterSuccess");
    let logged_in = client.login(email, PASSWORD).await;
    expect(&logged_in, "login", "LoginSuccess");
    let text = |path| at(&logged_in, path).as_str().unwrap().to_owned();
    let refreshed = client.refresh(&text("data.login.tokens.refreshToken")).await;
    expect(&refreshed, "refreshToken", "RefreshTokenSuccess");

    let mut user = client.clone();
    user.token = Some(text("data.login.tokens.accessToken"));
    assert_eq!(at(&user.profile().await, "data.profile.email"), email);
    assert_eq!(user.token_rejection().await, Value::Null);
    let updated = user.update_profile(json!({ "displayName": email })).await;
    expect(&updated, "updateProfile", "UpdateProfileSuccess");
    let changed = user.change_password(PASSWORD, "another horse battery").await;
    expect(&changed, "changePassword", "ChangePasswordSuccess");
    assert_eq!(at(&user.sessions("").await, "data.sessions.nodes").as_array().unwrap().len(), 1);
    expect(&user.logout().await, "logout", "LogoutSuccess");
}

fn expect(answer: &Value, field: &str, typename: &str) {
    assert_eq!(answer["data"][field]["__typename"], typename, "{answer}");
}
