//! Sources of users: files and databases, with the usual names of columns or with names given by flags.

use std::{io::Write, process::Stdio};

use sea_orm::{ConnectionTrait, Database};
use serde_json::json;

use super::{HASH, OTHER_HASH, TYPED, lines};
use crate::support::{
    TestApp,
    database::{Kind, TestDatabase},
    on_both_databases,
};

const ADA: &str = "0192a0c4-7d4e-4a55-9b0c-8a1f6ad1f0a1";

on_both_databases![
    json_lines_are_read,
    a_csv_file_is_read,
    a_sqlite_file_is_read_in_both_layouts,
    postgresql_is_read_in_both_layouts,
    other_names_of_tables_and_columns_are_given_with_flags,
    standard_input_is_read,
    an_address_in_the_username_column_becomes_the_address,
    a_source_that_cannot_be_read_is_reported,
    a_database_password_is_refused_as_an_argument,
];

/// Expects the users of the first seed system; Bob was disabled.
async fn are_the_first_seeds(app: &TestApp) {
    assert_eq!(app.user_count().await, 2);
    let ada = app.login_as("ada@example.com", TYPED).await;
    assert_eq!((&ada["id"], &ada["displayName"]), (&json!(ADA), &json!("Ada Lovelace")), "the id is kept");
    assert!(ada["createdAt"].as_str().unwrap().starts_with("2024-02-03T04:05:06"), "{ada}");
    assert_eq!(app.count("users WHERE disabled_at IS NOT NULL").await, 1);
    assert_eq!(app.login_as("bob@example.com", TYPED).await, "INVALID_CREDENTIALS");
}

/// Expects the users of the second seed system.
async fn are_the_second_seeds(app: &TestApp) {
    assert_eq!(app.user_count().await, 2);
    for name in ["ada", "bob"] {
        let user = app.login_as(name, TYPED).await;
        assert_eq!((&user["username"], &user["email"]), (&json!(name), &json!(null)));
        assert!(user["createdAt"].as_str().unwrap() > "2026", "{user}");
    }
}

async fn json_lines_are_read(app: &TestApp) {
    let ada = json!({ "id": ADA.to_uppercase(), "email": "ada@example.com", "hashed_password": HASH,
        "full_name": "Ada Lovelace", "created_at": "2024-02-03T04:05:06Z", "is_active": true,
        "is_verified": true, "roles": ["a"] });
    let bob = json!({ "id": 7, "email": "bob@example.com", "hashed_password": OTHER_HASH, "full_name": null,
        "disabled": true });
    app.write("users.ndjson", &format!("\u{feff}{}\n\n", lines(&[ada, bob]).trim_end().replace('\n', "\r\n")));
    app.import_all(&["users.ndjson"]);
    are_the_first_seeds(app).await;
    assert_eq!(app.count("users WHERE email_verified_at IS NOT NULL").await, 1);
}

async fn a_csv_file_is_read(app: &TestApp) {
    let first = format!(
        "\u{feff}id,email,hashed_password,full_name,created_at,is_active\r\n\
         {ADA},ada@example.com,{HASH},\"Ada Lovelace\",2024-02-03 04:05:06,True\r\n\r\n\
         2,bob@example.com,{OTHER_HASH},,,0\r\n"
    );
    app.write("users.csv", &first);
    app.import_all(&["users.csv"]);
    are_the_first_seeds(app).await;
}

const FIRST_LAYOUT: &str = "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT UNIQUE NOT NULL,
    hashed_password TEXT NOT NULL, full_name TEXT, created_at TIMESTAMP, is_active BOOLEAN DEFAULT TRUE)";

fn first_rows(id: &str) -> String {
    format!(
        "INSERT INTO users VALUES
            ({id}, 'ada@example.com', '{HASH}', 'Ada Lovelace', '2024-02-03 04:05:06', TRUE),
            ('2', 'bob@example.com', '{OTHER_HASH}', NULL, NULL, FALSE)"
    )
}

const SECOND_LAYOUT: &str = "CREATE TABLE users (username VARCHAR(50) PRIMARY KEY, hashed_password VARCHAR(100))";

fn second_rows() -> String {
    format!("INSERT INTO users VALUES ('ada', '{HASH}'), ('bob', '{OTHER_HASH}')")
}

async fn a_sqlite_file_is_read_in_both_layouts(app: &TestApp) {
    // Some drivers write text as bytes.
    let as_bytes = second_rows().replace(&format!("'{HASH}'"), &format!("CAST('{HASH}' AS BLOB)"));
    let bytes = format!("X'{}'", ADA.replace('-', ""));
    for (name, layout, rows) in
        [("old.db", FIRST_LAYOUT, first_rows(&bytes)), ("sqlite:///./other.db", SECOND_LAYOUT, as_bytes)]
    {
        let file = app.database.folder.path().join(name.trim_start_matches("sqlite:///./"));
        let old = Database::connect(format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
        old.execute_unprepared(layout).await.unwrap();
        old.execute_unprepared(&rows).await.unwrap();
        old.close().await.unwrap();
        app.import_all(&[name]);
        are_the_seeds_of(layout, app).await;
    }
}

/// Expects the users of a database of this layout, and removes them.
async fn are_the_seeds_of(layout: &str, app: &TestApp) {
    if layout == FIRST_LAYOUT {
        are_the_first_seeds(app).await;
    } else {
        are_the_second_seeds(app).await;
    }
    app.sql("DELETE FROM sessions").await;
    app.sql("DELETE FROM users").await;
}

async fn postgresql_is_read_in_both_layouts(app: &TestApp) {
    let bytes = format!("'{ADA}'");
    for (layout, rows) in [(FIRST_LAYOUT, first_rows(&bytes)), (SECOND_LAYOUT, second_rows())] {
        let source = TestDatabase::create(Kind::Postgresql).await;
        let old = source.connect().await;
        old.execute_unprepared(layout).await.unwrap();
        old.execute_unprepared(&rows).await.unwrap();
        old.close().await.unwrap();
        app.import_all(&[&source.url]);
        are_the_seeds_of(layout, app).await;
        source.drop().await;
    }
}

async fn other_names_of_tables_and_columns_are_given_with_flags(app: &TestApp) {
    let source = TestDatabase::create(Kind::Postgresql).await;
    let old = source.connect().await;
    old.execute_unprepared("CREATE SCHEMA \"Auth\"").await.unwrap();
    old.execute_unprepared(
        "CREATE TABLE \"Auth\".\"a member\" (id uuid, mail text, \"pass \"\"word\" text, enabled bool)",
    )
    .await
    .unwrap();
    let rows = format!("('{ADA}', 'ada@example.com', '{HASH}', true), (NULL, 'bob@example.com', '{HASH}', false)");
    old.execute_unprepared(&format!("INSERT INTO \"Auth\".\"a member\" VALUES {rows}")).await.unwrap();
    old.close().await.unwrap();
    app.write("address", &format!("{}\n", source.url));
    let flags = ["--column", "email=mail", "--column", "password_hash=pass \"word", "--column", "is_active=enabled"];
    app.import_all(
        &[&["--source-file", "address", "--table", "Auth.a member", "--column", "id="][..], &flags].concat(),
    );
    assert_eq!(app.user_count().await, 2);
    assert_ne!(app.login_as("ada@example.com", TYPED).await["id"], ADA, "the column of ids was not imported");
    assert_eq!(app.login_as("bob@example.com", TYPED).await, "INVALID_CREDENTIALS");
    source.drop().await;
}

async fn standard_input_is_read(app: &TestApp) {
    let mut child = app.import_command(&["-", "--format", "csv"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    write!(input, "username,password\nada,{HASH}").unwrap();
    drop(input);
    assert!(child.wait_with_output().unwrap().status.success());
    assert_eq!(app.login_as("ada", TYPED).await["username"], "ada");
}

async fn an_address_in_the_username_column_becomes_the_address(app: &TestApp) {
    let csv = format!("username,hashed_password\nada@example.com,{HASH}\nbob,{HASH}\n");
    app.write("users.csv", &csv);
    app.import_all(&["users.csv"]);
    assert_eq!(app.login_as("ADA@example.com", TYPED).await["email"], "ada@example.com");

    let csv = format!(
        "email,username,hashed_password\n\
         cyd@example.com,CYD@example.com,{HASH}\n\
         dee@example.com,dee@example.org,{HASH}\n\
         ,eva@example.com,{HASH}\n"
    );
    app.write("others.csv", &csv);
    let output = app.import(&["others.csv"]);
    assert!(output.out.starts_with("3 rows: 2 imported, 0 already existed, 1 refused\n"), "{}", output.out);
    assert!(
        output.err.contains("line 3: username: Use letters, digits"),
        "another address is not a username: {}",
        output.err
    );
    assert_eq!(app.login_as("cyd@example.com", TYPED).await["username"], json!(null));
    assert_eq!(app.login_as("eva@example.com", TYPED).await["email"], "eva@example.com");
}

async fn a_source_that_cannot_be_read_is_reported(app: &TestApp) {
    app.write("array.jsonl", "[{\"email\": \"ada@example.com\"},\n");
    app.write("users.csv", "mail,hash\n");
    app.write("users.txt", "");
    app.write("open.csv", &format!("username,hashed_password\nada,\"{}", "never closed, ".repeat(100_000)));
    app.write("long.jsonl", &"{\"username\": ".repeat(100_000));
    for (arguments, expected) in [
        (&["array.jsonl"][..], "the file is a JSON array"),
        (&["users.csv"], "there is no column hashed_password, password_hash or password; the columns are mail, hash"),
        (&["users.csv", "--column", "password=hash"], "use --column NAME=COLUMN, where NAME is one of id, email,"),
        (&["users.txt"], "the format of SOURCE is unknown: use --format"),
        (&["open.csv"], "a row is longer than 1 MiB"),
        (&["long.jsonl"], "a row is longer than 1 MiB"),
        (&["nowhere.csv"], "SOURCE cannot be read: No such file"),
        (&["nowhere.db", "--format", "sqlite"], "SOURCE cannot be read: unable to open database file"),
        (&["postgres://127.0.0.1:1/x"], "SOURCE cannot be read: "),
        (&["postgres://no port:x/x"], "SOURCE is not a valid address of a database"),
        (&[], "required arguments were not provided"),
    ] {
        let output = app.import(arguments);
        assert!(output.code != Some(0) && output.err.contains(expected), "{arguments:?}: {}", output.err);
    }
    assert_eq!(app.user_count().await, 0);
}

async fn a_database_password_is_refused_as_an_argument(app: &TestApp) {
    for address in ["postgres://ada:hunter2@127.0.0.1:1/x", "postgres://127.0.0.1:1/x?user=ada&password=hunter2"] {
        let output = app.import(&[address]);
        assert!(output.code == Some(1) && output.err.contains("PGPASSWORD"), "{}", output.err);
        app.write("address", address);
        let from_file = app.import(&["--source-file", "address", "--log", "trace"]);
        assert!(from_file.code == Some(1) && from_file.err.contains("SOURCE cannot be read"), "{}", from_file.err);
        assert!(!output.err.contains("hunter2") && !from_file.err.contains("hunter2"));
    }
}
