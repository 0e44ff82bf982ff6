//! Every failed login takes the work of the most expensive stored hash, so that its time reveals no account.

use serde_json::json;

use crate::support::{
    PASSWORD, TestApp, at,
    database::TestDatabase,
    mail::{AppWithMail, with_mail},
    on_both_databases,
};

on_both_databases![
    a_failed_login_takes_the_work_of_the_most_expensive_hash,
    a_right_password_takes_the_work_of_its_own_hash,
    the_highest_cost_is_found_with_an_index,
];

with_mail!(reset(crate::support::mail::default_settings):
    the_work_decreases_once_the_last_expensive_hash_is_gone,
);

/// A user for each cost, with the password `PASSWORD`, as other systems and settings leave them behind.
async fn users_of_costs(app: &TestApp, costs: &[u32]) {
    for cost in costs {
        let email = format!("cost{cost}@example.com");
        app.anonymous().register(&email).await;
        let hash = bcrypt::hash(PASSWORD, *cost).unwrap();
        let whose = format!("user_id = (SELECT id FROM users WHERE email = '{email}')");
        app.sql(&format!("UPDATE passwords SET hash = '{hash}', truncates = true WHERE {whose}")).await;
    }
}

/// How many rounds a login takes.
async fn work(app: &TestApp, identifier: &str, password: &str) -> u64 {
    let before = app.hash_rounds().await;
    app.anonymous().login(identifier, password).await;
    app.hash_rounds().await - before
}

async fn a_failed_login_takes_the_work_of_the_most_expensive_hash(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let app = TestApp::start_with(app.kind, database, |config| config.passwords.bcrypt_cost = 6).await;
    app.registered("own@example.com").await;
    app.registered("disabled@example.com").await;
    app.registered("broken@example.com").await;
    app.sql("UPDATE users SET disabled_at = created_at WHERE email = 'disabled@example.com'").await;
    let of_broken = "user_id = (SELECT id FROM users WHERE email = 'broken@example.com')";
    let long = "x".repeat(100);
    for highest in [5, 6, 7, 9] {
        users_of_costs(&app, &[highest]).await;
        let cheap = format!("cost{highest}@example.com");
        for hash in ["no hash", "", "$2b$31$tooexpensive", "$2x$09$"] {
            app.sql(&format!("UPDATE passwords SET hash = '{hash}' WHERE {of_broken}")).await;
            let mut seen = Vec::new();
            for (name, password) in [
                ("own@example.com", "a wrong password"),
                ("cost5@example.com", "a wrong password"),
                (&cheap, "a wrong password"),
                ("own@example.com", &long),
                ("own@example.com", "nul\0inside"),
                ("own@example.com", ""),
                ("disabled@example.com", PASSWORD),
                ("broken@example.com", PASSWORD),
                ("unknown@example.com", PASSWORD),
                ("unknown", PASSWORD),
                ("no identifier \u{1}", PASSWORD),
            ] {
                seen.push(work(&app, name, password).await);
            }
            // A counter of its own for each round: only the work is of interest here.
            app.sql("DELETE FROM attempts").await;
            let expected = if hash.starts_with("$2x$09") { 9 } else { highest.max(6) };
            assert!(seen.iter().all(|rounds| *rounds == 1 << expected), "{highest}, {hash:?}: {seen:?}");
        }
    }
    // So does every other operation that compares a password.
    let own = app.logged_in("own@example.com", PASSWORD).await;
    let before = app.hash_rounds().await;
    own.change_password("a wrong password", "staple battery horse").await;
    assert_eq!(app.hash_rounds().await - before, 1 << 9);
    app.stop().await;
}

async fn a_right_password_takes_the_work_of_its_own_hash(app: &TestApp) {
    app.registered("own@example.com").await;
    users_of_costs(app, &[10]).await;
    assert_eq!(work(app, "own@example.com", PASSWORD).await, 1 << 4);
    assert_eq!(work(app, "own@example.com", "a wrong password").await, 1 << 10);
}

async fn the_work_decreases_once_the_last_expensive_hash_is_gone(app: &AppWithMail) {
    let address = app.address("ada");
    app.registered(&address).await;
    app.mail_to(&address).await;
    users_of_costs(app, &[8, 7]).await;
    assert_eq!(work(app, "unknown", PASSWORD).await, 1 << 8);
    // A login replaces the hash by one of the server's cost.
    app.logged_in("cost8@example.com", PASSWORD).await;
    app.wait_until("passwords WHERE hash LIKE '$2b$08$%'", 0).await;
    assert_eq!(work(app, "unknown", PASSWORD).await, 1 << 7);
    app.sql("DELETE FROM users WHERE email = 'cost7@example.com'").await;
    assert_eq!(work(app, "unknown", PASSWORD).await, 1 << 4);

    let hash = bcrypt::hash("not yet known", 9).unwrap();
    app.sql(&format!("UPDATE passwords SET hash = '{hash}'")).await;
    assert_eq!(work(app, "unknown", PASSWORD).await, 1 << 9);
    app.anonymous().request_password_reset(&address).await;
    let token = app.token_to(&address).await;
    app.sql("DELETE FROM users WHERE email LIKE 'cost%'").await;
    let answer = app.anonymous().reset_password(&token, PASSWORD).await;
    assert_eq!(at(&answer, "data.resetPassword.__typename"), "ResetPasswordSuccess", "{answer}");
    assert_eq!(work(app, "unknown", PASSWORD).await, 1 << 4);
}

async fn the_highest_cost_is_found_with_an_index(app: &TestApp) {
    use sea_orm::{ConnectionTrait, Statement};

    use crate::support::database::Kind;

    app.registered("ada@example.com").await;
    let id = if app.kind == Kind::Sqlite { "randomblob(16)" } else { "gen_random_uuid()" };
    let many = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 20000)";
    app.sql(&format!("{many} INSERT INTO users (id, username, username_canonical, role, created_at, updated_at) SELECT {id}, 'user' || n, 'user' || n, role, created_at, updated_at FROM users, n")).await;
    app.sql("INSERT INTO passwords (user_id, hash, changed_at) SELECT id, '$2b$04$', created_at FROM users WHERE email IS NULL").await;
    app.sql("ANALYZE").await;
    let (explain, cost) = match app.kind {
        Kind::Sqlite => ("EXPLAIN QUERY PLAN", "substr(hash, 5, 2)"),
        Kind::Postgresql => ("EXPLAIN", "substr(hash, 5, 2) COLLATE \"C\""),
    };
    let highest = format!(
        "{explain} SELECT {cost} FROM passwords WHERE {cost} BETWEEN '04' AND '16' ORDER BY {cost} DESC LIMIT 1"
    );
    let rows = app.db.query_all_raw(Statement::from_string(app.db.get_database_backend(), highest)).await.unwrap();
    let column = if app.kind == Kind::Sqlite { "detail" } else { "QUERY PLAN" };
    let plan: String = rows.iter().map(|row| row.try_get::<String>("", column).unwrap() + "\n").collect();
    assert!(plan.contains("passwords_cost_idx") && !plan.contains("Sort"), "{plan}");
    assert_eq!(json!(work(app, "unknown", PASSWORD).await), json!(1 << 4));
}
