//! Long passwords: every character counts, in every script.

use serde_json::json;

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    every_character_of_a_long_password_counts,
    a_long_password_is_changed_to_a_short_one_and_back,
    the_stored_text_says_how_it_was_made,
];

/// Sixty-four characters of one, two, three and four bytes, beginning with this one.
fn passwords() -> [String; 4] {
    let from = |first: u32| (0..64).map(|n| char::from_u32(first + n % 20).unwrap()).collect();
    [from(0x62), from(0x430), from(0x4e00), from(0x1_f600)]
}

async fn register(app: &TestApp, username: &str, password: &str) {
    let answer = app.anonymous().register_with(json!({ "username": username, "password": password })).await;
    assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{answer}");
}

async fn every_character_of_a_long_password_counts(app: &TestApp) {
    for (n, password) in passwords().into_iter().chain(["twelve\0characters".to_owned()]).enumerate() {
        let username = format!("user{n}");
        register(app, &username, &password).await;
        app.logged_in(&username, &password).await;
        let mut shorter = password.clone();
        let last = shorter.pop().unwrap();
        for wrong in [shorter.clone(), format!("{shorter}{last}{last}"), format!("{shorter}x")] {
            let answer = app.anonymous().login(&username, &wrong).await;
            assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS", "{wrong:?}");
        }
    }
}

async fn a_long_password_is_changed_to_a_short_one_and_back(app: &TestApp) {
    let [_, long, ..] = passwords();
    register(app, "ada", PASSWORD).await;
    let ada = app.logged_in("ada", PASSWORD).await;
    let answer = ada.change_password(PASSWORD, &long).await;
    assert_eq!(at(&answer, "data.changePassword.__typename"), "ChangePasswordSuccess", "{answer}");
    let ada = app.logged_in("ada", &long).await;
    let answer = ada.change_password(&long, PASSWORD).await;
    assert_eq!(at(&answer, "data.changePassword.__typename"), "ChangePasswordSuccess", "{answer}");
    app.logged_in("ada", PASSWORD).await;
}

async fn the_stored_text_says_how_it_was_made(app: &TestApp) {
    let [ascii, cyrillic, ..] = passwords();
    register(app, "ada", &ascii).await;
    register(app, "bob", &cyrillic).await;
    assert_eq!(app.count("passwords WHERE hash LIKE '$2b$%' AND length(hash) = 60").await, 1);
    assert_eq!(app.count("passwords WHERE hash LIKE '$2b$%$hmac-sha384'").await, 1);
    // The digest itself is not the password.
    let hash = app.sql("UPDATE passwords SET hash = substr(hash, 1, 60)").await;
    assert_eq!(hash, 2);
    let answer = app.anonymous().login("bob", &cyrillic).await;
    assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS", "without the mark it is another hash");
}
