//! `register`: validation, taken identifiers, and concurrent registrations.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    a_registration_logs_the_user_in,
    a_username_without_an_address_is_enough,
    a_registration_without_an_identifier_is_refused,
    an_empty_optional_field_counts_as_omitted,
    all_violations_are_returned_together_and_no_user_is_written,
    a_taken_name_is_taken_in_every_spelling,
    one_of_fifty_concurrent_registrations_of_an_address_succeeds,
    a_password_has_a_minimum_and_a_maximum_of_characters,
    a_guessable_password_is_refused,
    passwords_are_stored_only_as_bcrypt_hashes,
];

async fn a_registration_logs_the_user_in(app: &TestApp) {
    let input = json!({ "email": " Ada@Example.com ", "username": "ada", "displayName": "Ada", "password": PASSWORD });
    let answer = app.anonymous().register_with(input).await;
    let registration = at(&answer, "data.register");

    assert_eq!(registration["__typename"], "RegisterSuccess", "{answer}");
    assert_eq!(registration["user"]["email"], "Ada@Example.com");
    assert_eq!(registration["user"]["username"], "ada");
    assert_eq!(registration["user"]["displayName"], "Ada");
    assert_eq!(registration["session"]["current"], true);
    assert_eq!(registration["session"]["ipAddress"], "127.0.0.1");
    assert_eq!(registration["tokens"]["tokenType"], "BEARER");

    let token = at(registration, "tokens.accessToken").as_str().unwrap();
    let verified = app.anonymous().verify(token).await;
    assert_eq!(verified["claims"]["sub"], registration["user"]["id"]);
    assert_eq!(verified["claims"]["sid"], registration["session"]["id"]);
    assert_eq!(verified["claims"]["exp"], registration["tokens"]["accessTokenExpiresAt"]);
}

async fn an_empty_optional_field_counts_as_omitted(app: &TestApp) {
    for (n, empty) in ["", "  "].into_iter().enumerate() {
        let email = format!("user{n}@example.com");
        let input = json!({ "email": email, "username": empty, "displayName": empty, "password": PASSWORD });
        let answer = app.anonymous().register_with(input).await;
        let user = at(&answer, "data.register.user");
        assert_eq!(
            (&user["email"], &user["username"], &user["displayName"]),
            (&json!(email), &json!(null), &json!(null))
        );

        let input = json!({ "email": empty, "username": format!("user{n}"), "password": PASSWORD });
        let answer = app.anonymous().register_with(input).await;
        assert_eq!(at(&answer, "data.register.user.email"), &json!(null), "{answer}");

        let input = json!({ "email": empty, "username": empty, "password": PASSWORD });
        let answer = app.anonymous().register_with(input).await;
        assert_eq!(at(&answer, "data.register.violations.0.rule"), "REQUIRED", "{answer}");
    }
}

async fn a_username_without_an_address_is_enough(app: &TestApp) {
    let answer = app.anonymous().register_with(json!({ "username": "Zoë.B", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.user.email"), &Value::Null);
    assert_eq!(at(&answer, "data.register.user.username"), "Zoë.B");

    let answer = app.anonymous().login("ZOE\u{308}.b", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess");
}

async fn a_registration_without_an_identifier_is_refused(app: &TestApp) {
    let answer = app.anonymous().register_with(json!({ "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.violations.0.path"), &json!(["input", "email"]));
    assert_eq!(at(&answer, "data.register.violations.0.rule"), "REQUIRED");
}

async fn all_violations_are_returned_together_and_no_user_is_written(app: &TestApp) {
    let input = json!({ "email": "ada", "username": "a@", "displayName": "x".repeat(101), "password": "brief ta" });
    let answer = app.anonymous().register_with(input).await;

    let violations: Vec<(&str, &str)> = at(&answer, "data.register.violations")
        .as_array()
        .expect("violations")
        .iter()
        .map(|violation| (violation["path"][1].as_str().unwrap(), violation["rule"].as_str().unwrap()))
        .collect();
    assert_eq!(
        violations,
        [
            ("email", "FORMAT"),
            ("username", "TOO_SHORT"),
            ("username", "CHARACTERS"),
            ("displayName", "TOO_LONG"),
            ("password", "TOO_SHORT"),
        ]
    );
    assert_eq!(app.count("users").await, 0);
}

async fn a_taken_name_is_taken_in_every_spelling(app: &TestApp) {
    let first = json!({ "email": "caf\u{e9}@example.com", "username": "ada", "password": PASSWORD });
    app.anonymous().register_with(first).await;

    let answer = app.anonymous().register("CAFE\u{301}@EXAMPLE.com").await;
    assert_eq!(at(&answer, "data.register.code"), "EMAIL_TAKEN");
    let answer = app.anonymous().register_with(json!({ "username": "ADA", "password": PASSWORD })).await;
    assert_eq!(at(&answer, "data.register.code"), "USERNAME_TAKEN");
    assert_eq!((app.count("users").await, app.count("passwords").await, app.count("sessions").await), (1, 1, 1));
}

async fn one_of_fifty_concurrent_registrations_of_an_address_succeeds(app: &TestApp) {
    let spellings =
        ["zo\u{eb}@example.com", "ZOE\u{308}@Example.com", "Zo\u{eb}@EXAMPLE.COM", " zoe\u{308}@example.com"];
    let registrations = (0..50).map(|n| {
        let client = app.anonymous();
        async move {
            loop {
                let answer = client.register(spellings[n % spellings.len()]).await;
                // A full hash queue is temporary.
                if at(&answer, "data.register.code") != "SERVER_BUSY" {
                    return answer;
                }
            }
        }
    });
    let answers = join_all(registrations).await;

    let succeeded = answers.iter().filter(|answer| at(answer, "data.register.__typename") == "RegisterSuccess").count();
    let refused = answers.iter().filter(|answer| at(answer, "data.register.code") == "EMAIL_TAKEN").count();
    assert_eq!((succeeded, refused), (1, 49), "{answers:?}");
    assert_eq!((app.count("users").await, app.count("passwords").await, app.count("sessions").await), (1, 1, 1));
}

async fn a_password_has_a_minimum_and_a_maximum_of_characters(app: &TestApp) {
    for (n, (password, refused)) in [
        ("a b c d e f".to_owned(), Some("TOO_SHORT")),
        ("a b c d e fg".to_owned(), None),
        // Eleven characters in more than twelve bytes.
        ("ça été près".to_owned(), Some("TOO_SHORT")),
        // The same eleven characters, decomposed.
        ("c\u{327}a e\u{301}te\u{301} pre\u{300}s".to_owned(), Some("TOO_SHORT")),
        (seventy_two_bytes(), None),
        (format!("{}y", seventy_two_bytes()), None),
        ("ça été près de chez nous ".repeat(3), None),
        ("twelve\0characters".to_owned(), None),
        (numbered(256), None),
        (numbered(257), Some("TOO_LONG")),
    ]
    .into_iter()
    .enumerate()
    {
        let input = json!({ "username": format!("user{n}"), "password": password });
        let answer = app.anonymous().register_with(input).await;
        match refused {
            Some(rule) => assert_eq!(at(&answer, "data.register.violations.0.rule"), rule, "{password:?}"),
            None => assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{password:?}"),
        }
    }
}

/// A password of this many characters, of four bytes each.
fn numbered(characters: u32) -> String {
    (0..characters).map(|n| char::from_u32(0x1_0400 + n % 80).unwrap()).collect()
}

fn seventy_two_bytes() -> String {
    "all 72 bytes ".repeat(6)[..72].to_owned()
}

async fn a_guessable_password_is_refused(app: &TestApp) {
    let app = crate::registration::of_acme(app).await;
    for password in [
        "password2026!",
        "QWERTYqwerty",
        "123456123456",
        "1qaz2wsx3edc",
        "ada@example.com",
        "latchkeylatchkey",
        "latchkey2026!",
        // The username, the display name and the address, with digits and signs around them.
        "gracehopper1",
        "1-Grace-Hopper-1",
        "Grace Murray!",
        "gracemurray99",
        "ADA@example.com!2",
        // The name and the domain of the service.
        "Acme Portal 1",
        "AcmePortal2026!",
        "portal.acme.example",
    ] {
        let input = json!({
            "email": "ada@example.com", "username": "gracehopper", "displayName": "Grace Murray", "password": password
        });
        let answer = app.anonymous().register_with(input).await;
        assert_eq!(at(&answer, "data.register.violations.0.rule"), "GUESSABLE", "{password}: {answer}");
    }
    app.stop().await;
}

async fn passwords_are_stored_only_as_bcrypt_hashes(app: &TestApp) {
    app.registered("ada@example.com").await;
    assert_eq!(app.count("passwords WHERE hash LIKE '$2b$04$%' AND LENGTH(hash) = 60").await, 1);
}
