//! Bodies that are not a GraphQL request, and bodies that are too large.

use reqwest::Method;
use serde_json::Value;

use super::{JSON, TYPENAME, send};
use crate::support::{TestApp, at, on_both_databases};

on_both_databases![bodies_that_are_not_a_request_are_refused, a_body_of_fifty_megabytes_is_refused,];

async fn bodies_that_are_not_a_request_are_refused(app: &TestApp) {
    for body in [
        "",
        "{",
        "null",
        "1",
        "\"{ __typename }\"",
        "[]",
        "{}",
        r#"[{"query":"{ __typename }"}]"#,
        r#"{"query":1}"#,
        r#"{"query":null}"#,
        r#"{"query":["{ __typename }"]}"#,
        r#"{"query":"{ __typename }","variables":[]}"#,
        r#"{"query":"{ __typename }","variables":"{}"}"#,
        r#"{"query":"{ __typename }","operationName":1}"#,
        r#"{"query":"{ __typename }","extensions":1}"#,
        "\u{feff}{}",
        r#"{"query":"{ __typename }"} trailing"#,
    ] {
        let response = send(app, Method::POST, "/graphql", &[JSON], body).await;
        assert_eq!(response.status(), 400, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT", "{body}");
    }
    let response = send(app, Method::POST, "/graphql", &[JSON], vec![0xff, 0xfe]).await;
    assert_eq!(response.status(), 400);
}

async fn a_body_of_fifty_megabytes_is_refused(app: &TestApp) {
    let body = vec![b' '; 50 * 1024 * 1024];
    let sent = reqwest::Client::new().post(app.url("/graphql")).header(JSON.0, JSON.1).body(body).send().await;
    // A client that keeps sending may lose the connection before it reads the response.
    if let Ok(response) = sent {
        assert_eq!(response.status(), 413);
    }
    let too_large = format!("{}{}", " ".repeat(64 * 1024), TYPENAME);
    assert_eq!(send(app, Method::POST, "/graphql", &[JSON], too_large).await.status(), 413);
    let largest = format!("{}{}", " ".repeat(64 * 1024 - TYPENAME.len()), TYPENAME);
    assert_eq!(send(app, Method::POST, "/graphql", &[JSON], largest).await.status(), 200);
}
