//! Internal errors and database failures: a generic response without details, and recovery afterwards.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases, proxy::Link};

on_both_databases![a_panic_affects_one_request_only, an_internal_error_shows_a_request_id_and_no_details];

async fn a_panic_affects_one_request_only(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.clock.set_broken(true);
    let response = reqwest::Client::new()
        .post(app.url("/graphql"))
        .bearer_auth(ada.token.as_deref().unwrap())
        .header("origin", "http://localhost:3000")
        .json(&json!({ "query": "{ profile { id } }" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 500);
    // The response has CORS headers, so that a page may read it.
    assert_eq!(response.headers()["access-control-allow-origin"], "http://localhost:3000");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(at(&answer, "errors.0.extensions.code"), "INTERNAL_SERVER_ERROR");
    assert_eq!(at(&answer, "errors.0.extensions.requestId"), &*id);
    assert!(!answer.to_string().contains("clock"), "{answer}");

    app.clock.set_broken(false);
    assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
}

async fn an_internal_error_shows_a_request_id_and_no_details(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.sql("ALTER TABLE sessions RENAME TO mislaid").await;
    let profile = ada.profile().await;
    app.sql("ALTER TABLE users RENAME TO lost").await;
    let referred = "{ _entities(representations: [{ __typename: \"User\", id: \"x\" }]) { __typename } }";
    let referred = app.anonymous().execute(referred, json!({})).await;
    for answer in [profile, referred, ada.login("ada@example.com", PASSWORD).await] {
        assert_eq!(at(&answer, "errors.0.extensions.code"), "INTERNAL_SERVER_ERROR", "{answer}");
        assert!(at(&answer, "errors.0.extensions.requestId").is_string());
        let text = answer.to_string();
        assert!(["sessions", "SELECT", "relation", "sqlx", "Error:"].iter().all(|word| !text.contains(word)), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_restart_between_requests_causes_no_error() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    // Several connections at once, so that more of them break than one retry would skip.
    join_all((0..20).map(|n| {
        let client = app.anonymous();
        async move { client.register(&format!("user{n}@example.com")).await }
    }))
    .await;
    // The proxy needs a moment to close the connections.
    proxy.set(Link::Down);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    proxy.set(Link::Up);
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let answer = app.anonymous().register("ada@example.com").await;
    assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{answer}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_failure_is_reported_in_time_and_the_server_recovers() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;

    for link in [Link::Down, Link::Silent] {
        proxy.set(link);
        let begun = tokio::time::Instant::now();
        let (answer, login, verified, ready) = tokio::join!(
            raw(&ada, "{ profile { id } __typename }"),
            raw(&ada, "mutation { login(input: { identifier: \"ada@example.com\", password: \"x\" }) { __typename } }"),
            raw(&ada, "{ verifyToken(token: \"forged\") { reason } }"),
            reqwest::get(app.url("/readyz")),
        );
        assert!(begun.elapsed().as_secs_f32() < 5.0, "{link:?}: {:?}", begun.elapsed());
        for answer in [&answer, &login] {
            assert_eq!(at(answer, "errors.0.extensions.code"), "SERVICE_UNAVAILABLE", "{link:?}: {answer}");
            let text = answer.to_string();
            assert!(["pool", "onnection", "sqlx", "refused"].iter().all(|word| !text.contains(word)), "{text}");
        }
        // Operations without the database still work.
        assert_eq!(at(&verified, "data.verifyToken.reason"), "INVALID", "{link:?}: {verified}");
        assert_eq!(ready.unwrap().status(), 503);
        assert_eq!(reqwest::get(app.url("/healthz")).await.unwrap().status(), 200);

        proxy.set(Link::Up);
        let begun = tokio::time::Instant::now();
        while at(&raw(&ada, "{ profile { email } }").await, "data.profile.email") != "ada@example.com" {
            assert!(begun.elapsed().as_secs() < 5, "{link:?}: the server has not recovered");
        }
    }
    assert_eq!(app.count("users").await, 1);
    app.stop().await;
}

/// The body of the response, whatever its status.
async fn raw(client: &crate::support::client::Client, document: &str) -> Value {
    client.post(&json!({ "query": document })).await.json().await.unwrap()
}
