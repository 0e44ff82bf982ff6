//! Hashes of every implementation: users log in, and the hash is replaced with one of the server.

use serde_json::Value;

use crate::support::{TestApp, database::TestDatabase, on_both_databases};

/// Hashes of made-up passwords at cost 4 to 6; `made_with` names the program that made each one:
///
/// - passlib: `passlib.hash.bcrypt.using(rounds=4, ident="2y").hash(typed)`
/// - bcryptjs: `bcryptjs.hashSync(typed, 4)`
/// - PHP: `password_hash($typed, PASSWORD_BCRYPT, ["cost" => 4])`
/// - Apache: `htpasswd -nbB -C 4 x "$typed"`
const HASHES: &str = include_str!("hashes.jsonl");

on_both_databases![
    a_hash_of_every_implementation_is_accepted_and_rehashed,
    a_long_imported_password_still_works_after_rehashing,
    an_imported_password_can_be_changed_before_it_is_rehashed,
];

fn hashes() -> impl Iterator<Item = (String, String, String)> {
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let rows = HASHES.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    rows.map(move |row| (text(&row["username"]), text(&row["typed"]), text(&row["hashed_password"])))
}

async fn a_hash_of_every_implementation_is_accepted_and_rehashed(app: &TestApp) {
    app.write("hashes.jsonl", HASHES);
    app.import_all(&["hashes.jsonl"]);
    assert_eq!(app.user_count().await, 16);
    for (_, _, hash) in hashes() {
        assert_eq!(
            app.count(&format!("passwords WHERE hash = '{hash}' AND truncates")).await,
            1,
            "the hash is unchanged"
        );
    }

    for (username, typed, _) in hashes() {
        assert_eq!(app.login_as(&username, "another password").await, "INVALID_CREDENTIALS", "{username}");
        assert_eq!(app.login_as(&username, &typed).await["username"], *username);
    }
    // Passwords of 72 bytes or more are not rehashed without truncation, since they may have been truncated.
    let whole = hashes().filter(|(_, typed, _)| typed.len() < 72).count();
    let rehashed = "passwords WHERE hash LIKE '$2b$04$%' AND NOT truncates";
    app.wait_until(rehashed, i64::try_from(whole).unwrap()).await;
    let mut composed = 0;
    for (username, typed, _) in hashes() {
        assert_eq!(app.login_as(&username, &typed).await["username"], *username, "the second login");
        if typed.len() < 72 && !typed.is_ascii() {
            let from_another_keyboard = "crème brûlée für Zoë";
            assert_ne!(typed, from_another_keyboard);
            assert_eq!(app.login_as(&username, from_another_keyboard).await["username"], *username);
            composed += 1;
        }
    }
    assert_eq!(composed, 2);
}

async fn a_long_imported_password_still_works_after_rehashing(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    // No hash has this cost, so all are rehashed.
    let other = TestApp::start_with(app.kind, database, |config| config.passwords.bcrypt_cost = 7).await;
    other.write("hashes.jsonl", HASHES);
    other.import_all(&["hashes.jsonl"]);
    for (username, typed, _) in hashes() {
        assert_eq!(other.login_as(&username, &typed).await["username"], *username);
    }
    other.wait_until("passwords WHERE hash LIKE '$2b$07$%'", 16).await;

    for (username, typed, _) in hashes().filter(|(_, typed, _)| typed.len() >= 72) {
        assert_eq!(other.login_as(&username, &typed).await["username"], *username, "rehashed, and still truncated");
        let other_end = format!("{}{}", &typed[..72], "another end");
        assert_eq!(
            other.login_as(&username, &other_end).await["username"],
            *username,
            "truncated as in the old system"
        );
        assert_eq!(other.login_as(&username, &typed[..70]).await, "INVALID_CREDENTIALS", "{username}");
    }
    other.stop().await;
}

async fn an_imported_password_can_be_changed_before_it_is_rehashed(app: &TestApp) {
    app.write("hashes.jsonl", HASHES);
    app.import_all(&["hashes.jsonl"]);
    for name in ["passlib-long", "passlib-nfd"] {
        let (_, typed, _) = hashes().find(|(username, _, _)| username == name).unwrap();
        let owner = app.logged_in(name, &typed).await;
        let changed = owner.change_password(&typed, "staple battery horse").await;
        assert_eq!(changed["data"]["changePassword"]["__typename"], "ChangePasswordSuccess", "{changed}");
        assert_eq!(app.login_as(name, &typed).await, "INVALID_CREDENTIALS");
        assert_eq!(app.login_as(name, "staple battery horse").await["username"], name);
    }
}
