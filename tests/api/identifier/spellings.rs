//! All spellings of one mailbox are one account.

use std::fs;

use serde_json::json;

use super::spellings;
use crate::support::{PASSWORD, TestApp, at, on_both_databases, program::latchkey};

on_both_databases![
    a_second_registration_never_makes_a_second_account,
    an_import_never_makes_a_second_account,
    punycode_and_letters_log_in_for_each_other,
    an_address_that_no_mail_reaches_is_refused,
    domains_that_idna_keeps_apart_are_different_addresses,
];

/// A hash of some password.
const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";

async fn a_second_registration_never_makes_a_second_account(app: &TestApp) {
    let spellings = spellings("Jürgen");
    assert!(spellings.len() > 40);
    assert_eq!(app.register_address(&spellings[0]).await, json!(null));
    let mut refused = 0;
    for spelling in &spellings {
        let local = spelling.replacen("Jürgen", "JU\u{308}RGEN", 1);
        for address in [spelling, &local] {
            let (registered, behind) =
                (app.register_address(address).await, app.anonymous().login(address, PASSWORD).await);
            let code = at(&behind, "data.login.code");
            // Ignored characters may be refused instead.
            if registered == "FORMAT" {
                assert_eq!(code, "INVALID_CREDENTIALS", "{address:?}");
                refused += 1;
            } else {
                assert_eq!((&registered, code), (&json!("EMAIL_TAKEN"), &json!(null)), "{address:?}");
            }
        }
    }
    assert!(refused <= 16, "{refused} spellings are refused");
    assert_eq!(app.count("users").await, 1);
}

async fn an_import_never_makes_a_second_account(app: &TestApp) {
    let spellings = spellings("ada");
    let rows: Vec<String> =
        spellings.iter().map(|email| json!({ "email": email, "password_hash": HASH }).to_string()).collect();
    fs::write(app.database.folder.path().join("users.jsonl"), rows.join("\n")).unwrap();
    for arguments in
        [&["import", "users.jsonl", "--dry-run"][..], &["import", "users.jsonl"], &["import", "users.jsonl"]]
    {
        let mut command = latchkey(app.database.folder.path(), arguments);
        command
            .env("DATABASE_URL", &app.database.url)
            .env("SECRET_KEY", crate::support::SECRET_KEY)
            .env("HASH_LANES", "1");
        let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        let summary = String::from_utf8(output.stdout).unwrap();
        let first = app.count("users").await == 1;
        assert!(!summary.contains(": 2 imported"), "{summary}");
        assert!(first || arguments.len() == 3, "{summary}");
    }
    assert_eq!(app.count("users").await, 1);
    assert_eq!(app.register_address("ADA@xn--exmple-cua.example").await, "EMAIL_TAKEN");
}

async fn punycode_and_letters_log_in_for_each_other(app: &TestApp) {
    for (n, (letters, punycode)) in [
        ("jo@müller.example", "jo@xn--mller-kva.example"),
        ("आदा@उदाहरण.भारत", "आदा@xn--p1b6ci4b4b3a.xn--h2brj9c"),
        ("νίκος@παράδειγμα.example", "ΝΊΚΟΣ@xn--hxajbheg2az3al.example"),
    ]
    .into_iter()
    .enumerate()
    {
        let (registered, other) = if n % 2 == 0 { (letters, punycode) } else { (punycode, letters) };
        let user = app.registered(registered).await.id().await;
        for spelling in [letters, punycode, &punycode.to_uppercase(), &letters.to_uppercase()] {
            let answer = app.anonymous().login(spelling, PASSWORD).await;
            assert_eq!(at(&answer, "data.login.user.id"), &json!(user), "{spelling}");
        }
        assert_eq!(app.register_address(other).await, "EMAIL_TAKEN");
    }
}

async fn an_address_that_no_mail_reaches_is_refused(app: &TestApp) {
    for address in [
        "a@xn--a-ecp.example",
        "a@xn--zzzzzz.example",
        "a@xn--.example",
        "a@b.123",
        "a@256.256.256.256",
        "a@127.0.0.1",
        "a@127.1",
        "a@0x7f.1",
        "a@0x7f000001",
        "a@2130706433",
        "a@b.0x1f",
        "a@\u{ff11}\u{ff12}\u{ff17}.1",
        "a@[127.0.0.1]",
        "a@[::1]",
        "a@exa\u{378}mple.com",
        "a@exa\u{e000}mple.com",
        "a@exa%6dple.com",
        "a@example",
        "a@example.com.",
        "a\u{378}@example.com",
    ] {
        assert_eq!(app.register_address(address).await, "FORMAT", "{address:?}");
    }
    assert_eq!(app.count("users").await, 0);
}

async fn domains_that_idna_keeps_apart_are_different_addresses(app: &TestApp) {
    for address in ["ada@straße.example", "ada@strasse.example", "ada@νίκος.example", "ada@νίκοσ.example"] {
        assert_eq!(app.register_address(address).await, json!(null), "{address}");
    }
}
