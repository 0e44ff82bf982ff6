//! Refused rows with their reasons, and dry runs, which report the same and write nothing.

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::{HASH, OTHER_HASH, TYPED, lines, row};
use crate::support::{PASSWORD, TestApp, on_both_databases};

on_both_databases![
    every_refused_row_is_reported_with_the_reason,
    the_first_of_several_duplicates_is_imported_completely,
    a_dry_run_reports_the_same_and_writes_nothing,
    a_repeated_import_finds_all_users_already_there,
    the_output_and_the_log_contain_no_secret,
    an_import_is_one_event_in_the_log,
    reported_line_numbers_are_those_of_an_editor,
];

const ID: &str = "0192a0c4-7d4e-4a55-9b0c-8a1f6ad1f0a1";

async fn every_refused_row_is_reported_with_the_reason(app: &TestApp) {
    let with = |field: &str, value: Value| {
        let mut row = row("ada");
        row[field] = value;
        row
    };
    let rows = [
        (with("username", json!("ab")), "username: Use at least 3 characters."),
        (with("email", json!("ada")), "e-mail address: Write an e-mail address, such as ada@example.com."),
        (with("name", json!("x".repeat(101))), "display name: Use at most 100 characters."),
        (with("username", json!(" ")), "there is neither an e-mail address nor a username"),
        (with("id", json!("00000000-0000-0000-0000-000000000000")), "the id is the nil UUID, which no user may have"),
        (with("created_at", json!("yesterday")), "created_at is not valid"),
        (with("disabled", json!("maybe")), "disabled is not valid"),
        (with("email", json!({})), "email must be a string, a number or a boolean"),
        (with("hashed_password", json!(null)), "there is no password hash"),
        (with("hashed_password", json!("hunter2")), "the password hash is not a complete bcrypt hash"),
        (with("hashed_password", json!(HASH[..59])), "the password hash is not a complete bcrypt hash"),
        (
            with("hashed_password", json!(format!("pbkdf2_sha256${HASH}"))),
            "the password hash was made with PBKDF2; only bcrypt is supported",
        ),
        (
            with("hashed_password", json!(HASH.replace("$04$", "$03$"))),
            "the password hash has cost 3; costs from 4 to 16 are supported",
        ),
        (
            with("hashed_password", json!(HASH.replace("$04$", "$17$"))),
            "the password hash has cost 17; costs from 4 to 16 are supported",
        ),
        (json!([]), "not a JSON object"),
    ];
    let good = row("bob");
    let all: Vec<Value> = rows.iter().map(|(row, _)| row.clone()).chain([good]).collect();
    app.write("users.jsonl", &lines(&all));

    let output = app.import(&["users.jsonl", "--report", "refused.tsv"]);
    assert_eq!(output.code, Some(1));
    assert!(output.out.starts_with("16 rows: 1 imported, 0 already existed, 15 refused\n"), "{}", output.out);
    assert!(output.err.ends_with("latchkey: 15 of 16 rows were refused\n"), "{}", output.err);
    let mut listed: Vec<String> =
        rows.iter().enumerate().map(|(n, (_, why))| format!("line {}\t{why}", n + 1)).collect();
    let report = app.read("refused.tsv");
    let mut reported: Vec<&str> = report.lines().skip(1).collect();
    listed.sort();
    reported.sort_unstable();
    assert_eq!(reported, listed);
    assert!(output.out.contains("       2  the password hash is not a complete bcrypt hash\n"), "{}", output.out);

    let path = app.database.folder.path().join("refused.tsv");
    assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    let again = app.import(&["users.jsonl", "--report", "refused.tsv"]);
    assert!(again.code == Some(1) && again.err.contains("refused.tsv: File exists"), "{}", again.err);
    assert_eq!(app.user_count().await, 1);
}

/// Registers a user, and returns rows with duplicates and their refusals.
async fn duplicates(app: &TestApp) -> Vec<(Value, Option<&'static str>)> {
    app.anonymous().register_with(json!({ "email": "Eve@Example.com", "username": "eve", "password": PASSWORD })).await;
    let (email, username, id) = (
        Some("another user has this e-mail address"),
        Some("another user has this username"),
        Some("another user has this id"),
    );
    let other_password = Some("a user with these identifiers exists, with another password");
    let row = |name: &str, email: &str, id: &str, hash: &str| json!({ "username": name, "email": email, "id": id, "hashed_password": hash });
    vec![
        (row("", "café@example.com", "", HASH), None),
        (row("", "CAFE\u{301}@example.com", "", OTHER_HASH), other_password),
        (row("cafe", "cafe\u{301}@EXAMPLE.com", "", OTHER_HASH), email),
        (row("Zoë", "", ID, HASH), None),
        (row("ZOE\u{308}", "zoe@example.com", "", HASH), username),
        (row("another", "", ID, HASH), id),
        // A row that conflicts only with a refused row is imported.
        (row("another", "", "", HASH), None),
        (row("", "eve@example.com", "", HASH), email),
        (row("EVE", "", "", HASH), username),
        (row("eve", "eve@example.com", "", HASH), other_password),
        (row("eve", "frank@example.com", "", HASH), username),
        (row("", "frank@example.com", "", HASH), None),
    ]
}

async fn the_first_of_several_duplicates_is_imported_completely(app: &TestApp) {
    let rows = duplicates(app).await;
    // The second file has the duplicates in different batches.
    for (name, between) in [("near.jsonl", 0), ("far.jsonl", 1100)] {
        let mut all = Vec::new();
        for (row, _) in &rows {
            all.push(row.clone());
            all.extend((0..between).map(|n| super::row(&format!("filler-{n}"))));
        }
        app.write(name, &lines(&all));
        let dry_run = app.import(&[name, "--dry-run"]);
        let output = app.import(&[name]);
        let expected: Vec<String> = rows
            .iter()
            .enumerate()
            .filter_map(|(n, (_, why))| Some(format!("line {}: {}", 1 + n * (1 + between), (*why)?)))
            .collect();
        let reported: Vec<&str> = output.err.lines().filter(|line| line.starts_with("line ")).collect();
        assert_eq!(reported, expected, "{name}");
        let reported: Vec<&str> = dry_run.err.lines().filter(|line| line.starts_with("line ")).collect();
        assert_eq!(reported, expected, "{name}, dry run");
        assert_eq!(app.user_count().await, 5 + i64::try_from(between).unwrap(), "{name}");
        assert_eq!(app.login_as("zoë", TYPED).await["id"], ID);
        assert_eq!(app.login_as("eve", PASSWORD).await["email"], "Eve@Example.com", "existing users are unchanged");

        app.sql("DELETE FROM sessions").await;
        app.sql("DELETE FROM users WHERE username IS NULL OR username <> 'eve'").await;
    }
}

async fn a_dry_run_reports_the_same_and_writes_nothing(app: &TestApp) {
    let mut rows: Vec<Value> = duplicates(app).await.into_iter().map(|(row, _)| row).collect();
    rows.extend([row("x"), row("bob"), row("bob")]);
    app.write("users.jsonl", &lines(&rows));
    let dry_run = app.import(&["users.jsonl", "--dry-run"]);
    assert_eq!(app.user_count().await, 1, "no user was imported");
    assert!(!dry_run.err.contains("authz_admin"), "{}", dry_run.err);

    let output = app.import(&["users.jsonl"]);
    assert_eq!(dry_run.out.replace(" would be", ""), output.out);
    assert!(output.out.starts_with("15 rows: 5 imported, 1 already existed, 9 refused\n"), "{}", output.out);
    assert_eq!((dry_run.code, output.code), (Some(1), Some(1)));
}

async fn a_repeated_import_finds_all_users_already_there(app: &TestApp) {
    let mut ada = row("ada");
    ada["id"] = json!(ID);
    app.write("users.jsonl", &lines(&[ada, row("bob")]));
    app.import_all(&["users.jsonl"]);
    let again = app.import(&["users.jsonl"]);
    assert_eq!((again.code, &*again.out), (Some(0), "2 rows: 0 imported, 2 already existed, 0 refused\n"));

    // After a login, a user has another hash of the same password. The id identifies the user; a name alone does not.
    for name in ["ada", "bob"] {
        app.logged_in(name, TYPED).await;
    }
    app.wait_until("passwords WHERE truncates", 0).await;
    let later = app.import(&["users.jsonl"]);
    assert!(later.out.starts_with("2 rows: 0 imported, 1 already existed, 1 refused\n"), "{}", later.out);
    assert!(later.err.contains("line 2: a user with these identifiers exists, with another password"), "{}", later.err);
}

async fn the_output_and_the_log_contain_no_secret(app: &TestApp) {
    let canary = "canary in the mine";
    let rows = [
        json!({ "username": "ada", "password": canary }),
        json!({ "email": canary, "password": HASH }),
        json!({ "username": "bob", "password": format!("$argon2id${canary}") }),
        json!({ "username": "cyd", "password": HASH, "created_at": canary, "name": canary }),
    ];
    app.write("users.jsonl", &format!("{}{{\"password\": \"{canary}\"\n", lines(&rows)));
    let output = app.import(&["users.jsonl", "--log", "trace", "--log-format", "json"]);
    assert!(output.err.contains("line 5: not a JSON object"), "{}", output.err);
    let reported = app.import(&["users.jsonl", "--report", "refused.tsv"]);
    for text in [output.out, output.err, reported.out, reported.err, app.read("refused.tsv")] {
        assert!(!text.contains("canary") && !text.contains("$2b$"), "{text}");
    }
}

async fn an_import_is_one_event_in_the_log(app: &TestApp) {
    let rows: Vec<Value> = (0..2500).map(|n| row(&format!("user-{n}"))).collect();
    app.write("users.jsonl", &lines(&rows));
    let output = app.import(&["users.jsonl", "--log-format", "json"]);
    let lines = output.err.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let events: Vec<Value> = lines.map(|line| line["event"].clone()).filter(|event| !event.is_null()).collect();
    assert_eq!(events, ["authz_admin:shell,import,2500 users"]);
}

async fn reported_line_numbers_are_those_of_an_editor(app: &TestApp) {
    let rows = ["username,hashed_password", "ab,", "", "\"two", "lines\",x", "x", "ab,\"quoted\"", "ab,last"];
    for end in ["\n", "\r\n"] {
        app.write("users.csv", &rows.join(end));
        let output = app.import(&["users.csv"]);
        let reported = output.err.lines().filter(|line| line.starts_with("line "));
        let reported: Vec<&str> = reported.filter_map(|line| Some(line.split_once(':')?.0)).collect();
        // The CSV reader skips empty lines, and counts them as a part of the next row.
        let first = if end == "\n" { "line 3" } else { "line 4" };
        assert_eq!(reported, ["line 2", first, "line 6", "line 7", "line 8"], "{end:?}: {}", output.err);
    }
}
