//! Random input: the response is JSON, each error has a known code, and the server keeps running.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseError, TestRunner},
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    any_bytes_as_a_body_get_an_error_response,
    any_sequence_of_tokens_as_a_document_gets_a_response,
    any_value_in_any_field_gets_a_response,
    any_bytes_as_a_bearer_token_get_an_error_response,
];

const CODES: [&str; 8] = [
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_USER_INPUT",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "QUERY_TOO_COMPLEX",
    "SERVICE_UNAVAILABLE",
    "INTERNAL_SERVER_ERROR",
];

/// Tests a property of a running server.
fn hold<S: Strategy>(cases: u32, of: S, property: impl AsyncFn(S::Value) -> Result<(), TestCaseError>) {
    let handle = tokio::runtime::Handle::current();
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let outcome =
        tokio::task::block_in_place(|| TestRunner::new(config).run(&of, |value| handle.block_on(property(value))));
    outcome.unwrap();
}

/// Checks that the response has data or errors, and that each error has a code that blames the client.
fn is_presentable(answer: &Value) -> Result<(), TestCaseError> {
    prop_assert!(answer.get("data").is_some() || answer.get("errors").is_some(), "{answer}");
    for error in answer["errors"].as_array().into_iter().flatten() {
        let code = error["extensions"]["code"].as_str().unwrap_or_default();
        prop_assert!(CODES[..6].contains(&code), "{answer}");
    }
    Ok(())
}

async fn send(app: &TestApp, headers: Vec<(&'static str, Vec<u8>)>, body: Vec<u8>) -> (StatusCode, Value) {
    let mut request = reqwest::Client::new().request(Method::POST, app.url("/graphql")).body(body);
    request = request.header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.expect("the server answers");
    (response.status(), response.json().await.expect("JSON"))
}

async fn any_bytes_as_a_body_get_an_error_response(app: &TestApp) {
    let body = prop_oneof![vec(any::<u8>(), 0..200), "\\PC{0,200}".prop_map(String::into_bytes)];
    hold(150, body, async |body| {
        let (status, answer) = send(app, vec![], body).await;
        prop_assert!(status.is_success() || status.is_client_error());
        is_presentable(&answer)
    });
}

async fn any_sequence_of_tokens_as_a_document_gets_a_response(app: &TestApp) {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "\"\"\"",
        "\\",
        "\\\"",
        "\\\"\"\"",
        "#",
        "\n",
        "\r",
        ",",
        ":",
        "!",
        "$a",
        "@skip(if: true)",
        "...",
        "on",
        "query",
        "mutation",
        "fragment F on Query",
        "...F",
        "profile",
        "verifyToken(token: \"x\")",
        "valid",
        "id",
        "__typename",
        "__schema",
        "type",
        "null",
        "true",
        "1",
        "-1.5e9",
        "\u{feff}",
        "é",
        "\u{0}",
        "\\u{0}",
        "a:",
    ]);
    hold(600, (vec(piece, 0..60), 1..6usize), async |(pieces, times)| {
        let document = pieces.concat().repeat(times);
        let (status, answer) = send(app, vec![], json!({ "query": document }).to_string().into_bytes()).await;
        prop_assert!(status.is_success());
        is_presentable(&answer)
    });
}

async fn any_value_in_any_field_gets_a_response(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let text = || {
        prop_oneof![
            "\\PC{0,40}",
            "[a-z]{1,10}@[a-z]{1,10}\\.[a-z]{2,5}",
            "(?s).{0,40}",
            "[\\u{0}-\\u{20}'\";@%_\\\\]{0,20}"
        ]
    };
    hold(120, (text(), text(), text()), async |(one, two, three)| {
        let input = json!({ "email": one, "username": two, "displayName": three, "password": three });
        for answer in [
            app.anonymous().register_with(input).await,
            app.anonymous().login(&one, &two).await,
            ada.update_profile(json!({ "displayName": one })).await,
            ada.profile_of(Some(&three)).await,
        ] {
            is_presentable(&answer)?;
        }
        prop_assert_eq!(app.anonymous().verify(&one).await["reason"].clone(), "INVALID");
        Ok(())
    });
    app.logged_in("ada@example.com", PASSWORD).await;
}

async fn any_bytes_as_a_bearer_token_get_an_error_response(app: &TestApp) {
    let header = vec(prop_oneof![0x20u8..0x7f, 0x80u8..=0xff], 0..120);
    let header = (prop::sample::select(vec!["Bearer ", "bearer", "", "Basic ", "Bearer Bearer "]), header);
    hold(150, header, async |(scheme, rest)| {
        let value = [scheme.as_bytes(), &rest].concat();
        let body = json!({ "query": "{ profile { id } }" }).to_string().into_bytes();
        let (_, answer) = send(app, vec![("authorization", value)], body).await;
        prop_assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
        is_presentable(&answer)
    });
}
