//! A database of the previous release: its rows get the new canonical forms, and those that collide stay accounts.

use latchkey::database::{migrate_down, migrate_up, open, status};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use serde_json::{Value, json};

use crate::support::{
    SECRET_KEY, TestApp, at,
    database::{Kind, TestDatabase},
    program::latchkey,
};

/// The hash of the password of all these users.
const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";

const TYPED: &str = "not a real password";

/// E-mail addresses and usernames, in the order of registration, and whether they collide or are no longer valid.
const USERS: [(Option<&str>, Option<&str>, bool); 13] = [
    (Some("Ada@exämple.example"), None, true),
    (Some("ada@xn--exmple-cua.example"), None, false),
    (Some("mia@\u{ff45}xample.com"), None, false),
    (Some("mia@e\u{ff58}ample.com"), None, true),
    (Some("jo@müller.example"), Some("Joe"), false),
    (Some("a@b.123"), None, true),
    (None, Some("Νίκος.Παππάς"), false),
    (None, Some("strauß"), true),
    // Has the canonical form, and looks like the name before it.
    (None, Some("strauss"), true),
    (None, Some("ada_l"), false),
    (None, Some("\u{430}da_l"), true),
    (None, Some("ada\u{1160}"), true),
    (None, Some("plain"), false),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_the_previous_release_on_sqlite() {
    rows_of_the_previous_release(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_the_previous_release_on_postgresql() {
    rows_of_the_previous_release(Kind::Postgresql).await;
}

async fn rows_of_the_previous_release(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let db = open(&database.url.parse().unwrap(), 3).await.unwrap();
    let steps = status(&db).await.unwrap();
    let later = steps.iter().skip_while(|step| !step.name.contains("canonicalize_names")).count();
    let later = u32::try_from(later).unwrap();
    migrate_up(&db).await.unwrap();
    migrate_down(&db, later).await.unwrap();
    for (n, (email, username, _)) in USERS.iter().enumerate() {
        insert(&db, kind, n, *email, *username).await;
    }
    let before = canonical_forms(&db).await;
    migrate_up(&db).await.unwrap();
    migrate_down(&db, later).await.unwrap();
    assert_eq!(canonical_forms(&db).await, before, "reverted");
    db.close().await.unwrap();

    let app = TestApp::start_with(kind, database, |_| {}).await;
    every_user_logs_in_with_their_own_spelling(&app).await;
    new_spellings_find_the_converted_rows(&app).await;
    nobody_registers_one_of_these_names_again(&app).await;
    the_command_lists_those_that_collide(&app).await;
    app.stop().await;
}

async fn every_user_logs_in_with_their_own_spelling(app: &TestApp) {
    for (n, (email, username, _)) in USERS.iter().enumerate() {
        for identifier in [email, username].into_iter().flatten() {
            assert_eq!(user_behind(app, identifier).await, json!(id(n)), "{identifier}");
        }
    }
}

async fn new_spellings_find_the_converted_rows(app: &TestApp) {
    for (identifier, n) in [
        ("ADA@XN--EXMPLE-CUA.example", 1),
        ("ada@\u{ff45}xämple.example", 1),
        ("mia@example.com", 2),
        ("jo@xn--mller-kva.example", 4),
        ("ΝΊΚΟΣ.ΠΑΠΠΆΣ", 6),
        ("STRAUSS", 8),
        ("PLAIN", 12),
    ] {
        assert_eq!(user_behind(app, identifier).await, json!(id(n)), "{identifier}");
    }
}

async fn nobody_registers_one_of_these_names_again(app: &TestApp) {
    for (email, username, _) in USERS {
        let answer = match (email, username) {
            (Some(email), _) => app.register_address(email).await,
            (None, name) => app.register_name(name.unwrap()).await,
        };
        assert!(
            ["EMAIL_TAKEN", "USERNAME_TAKEN", "FORMAT", "CHARACTERS"].contains(&answer.as_str().unwrap()),
            "{answer}"
        );
    }
    for email in ["mia@example.com", "mia@exam\u{ff50}le.com", "ada@EXÄMPLE.example"] {
        assert_eq!(app.register_address(email).await, "EMAIL_TAKEN", "{email}");
    }
    // Without the row that has the canonical form, the one in the former form still has its own spelling.
    app.sql("DELETE FROM users WHERE email_canonical = 'ada@xn--exmple-cua.example'").await;
    assert_eq!(app.register_address("ada@exämple.example").await, "EMAIL_TAKEN");
    assert_eq!(app.count("users").await, 12);
}

async fn the_command_lists_those_that_collide(app: &TestApp) {
    let mut command = latchkey(app.database.folder.path(), &["user", "collisions"]);
    command.env("DATABASE_URL", &app.database.url).env("SECRET_KEY", SECRET_KEY).env("HASH_LANES", "1");
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let listed = String::from_utf8(output.stdout).unwrap();
    for (n, (email, username, collides)) in USERS.iter().enumerate() {
        let names = listed
            .lines()
            .any(|line| line.contains(&format!("({})", id(n))) || line.contains(&format!("  {}  ", id(n))));
        assert_eq!(names, *collides, "{email:?} {username:?} in\n{listed}");
    }
    let line = listed.lines().find(|line| line.contains("e\u{ff58}ample")).unwrap();
    assert!(line.contains(&format!("same as {}", id(2))), "{line}");
}

async fn user_behind(app: &TestApp, identifier: &str) -> Value {
    let answer = app.anonymous().login(identifier, TYPED).await;
    let login = at(&answer, "data.login");
    login["user"]["id"].clone()
}

fn id(n: usize) -> String {
    format!("0192a0c4-7d4e-7a55-9b0c-{n:012x}")
}

/// Inserts a user as the previous release did: the canonical form is composed and in lower case.
async fn insert(db: &DatabaseConnection, kind: Kind, n: usize, email: Option<&str>, username: Option<&str>) {
    let id = match kind {
        Kind::Sqlite => format!("X'{}'", id(n).replace('-', "")),
        Kind::Postgresql => format!("'{}'", id(n)),
    };
    let text = |text: Option<String>| text.map_or_else(|| "NULL".to_owned(), |text| format!("'{text}'"));
    let (as_written, lower) =
        (|name: Option<&str>| text(name.map(str::to_owned)), |name: Option<&str>| text(name.map(str::to_lowercase)));
    let now = "'2026-11-01 00:00:00+00:00'";
    let columns = "id, email, email_canonical, username, username_canonical, created_at, updated_at";
    let values =
        [id.clone(), as_written(email), lower(email), as_written(username), lower(username), now.into(), now.into()];
    db.execute_unprepared(&format!("INSERT INTO users ({columns}) VALUES ({})", values.join(", "))).await.unwrap();
    let password = format!("INSERT INTO passwords (user_id, hash, changed_at) VALUES ({id}, '{HASH}', {now})");
    db.execute_unprepared(&password).await.unwrap();
}

async fn canonical_forms(db: &DatabaseConnection) -> Vec<(Option<String>, Option<String>)> {
    let sql = "SELECT email_canonical, username_canonical FROM users ORDER BY id";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    rows.iter()
        .map(|row| (row.try_get("", "email_canonical").unwrap(), row.try_get("", "username_canonical").unwrap()))
        .collect()
}
