//! The messages of graphql-transport-ws, and invalid ones.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{SUBSCRIPTION, closed, endpoint, token};
use crate::support::{
    TestApp,
    database::Kind,
    subscriber::{PROTOCOL, Received, Subscriber},
};

async fn connected(app: &TestApp) -> Subscriber {
    Subscriber::connect(&endpoint(app), &[("sec-websocket-protocol", PROTOCOL)]).await.expect("connected")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_is_answered_with_its_payload_before_and_after_the_token() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    for mut client in [connected(&app).await, Subscriber::authenticated(&endpoint(&app), token(&ada)).await] {
        for (ping, pong) in [
            (json!({ "type": "ping" }), json!({ "type": "pong" })),
            (json!({ "type": "ping", "payload": null }), json!({ "type": "pong" })),
            (
                json!({ "type": "ping", "payload": { "n": [1, "é"] } }),
                json!({ "type": "pong", "payload": { "n": [1, "é"] } }),
            ),
        ] {
            client.send(&ping).await;
            assert_eq!(client.next().await, Received::Message(pong));
        }
        client.send(&json!({ "type": "pong" })).await;
        client.send(&json!({ "type": "pong", "payload": {} })).await;
        assert!(client.is_silent().await);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_message_closes_the_socket_with_4400() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let subscribe = |id: Value, payload: Value| json!({ "type": "subscribe", "id": id, "payload": payload });
    let good = json!({ "query": SUBSCRIPTION });
    let mut messages = vec![
        // Messages of the older protocol and of servers.
        json!({ "type": "start", "id": "1", "payload": good }),
        json!({ "type": "stop", "id": "1" }),
        json!({ "type": "connection_terminate" }),
        json!({ "type": "connection_ack" }),
        json!({ "type": "next", "id": "1", "payload": {} }),
        json!({ "type": "error", "id": "1", "payload": [] }),
        json!({ "type": "data", "id": "1", "payload": {} }),
        json!({ "type": "Subscribe", "id": "1", "payload": good }),
        json!({ "id": "1", "payload": good }),
        json!({ "type": 1 }),
        json!({ "type": "ping", "payload": "text" }),
        json!({ "type": "complete" }),
        json!({ "type": "complete", "id": 1 }),
        json!({ "type": "subscribe", "payload": good }),
        json!({ "type": "subscribe", "id": "1" }),
        json!("ping"),
        json!([]),
    ];
    messages.extend([json!(1), json!(""), json!(null), json!("i".repeat(129))].map(|id| subscribe(id, good.clone())));
    messages.extend(
        [
            json!(null),
            json!({}),
            json!([SUBSCRIPTION]),
            json!({ "query": null }),
            json!({ "query": 1 }),
            json!({ "query": SUBSCRIPTION, "variables": [] }),
            json!({ "query": SUBSCRIPTION, "operationName": 1 }),
            json!({ "query": SUBSCRIPTION, "extensions": "none" }),
            json!({ "documentId": 1 }),
        ]
        .map(|payload| subscribe(json!("1"), payload)),
    );
    for message in messages {
        let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
        client.send(&message).await;
        assert_eq!(client.next().await, closed(4400, "Invalid message"), "{message}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_not_executed_gets_one_error_message() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
    let two = "subscription A { sessionEnded { id } } subscription B { sessionEnded { id } }";
    for (payload, code) in [
        (json!({ "query": "" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "subscription {" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "subscription { sessionEnded { nothing } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "subscription { sessionEnded { ...Missing } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": SUBSCRIPTION, "operationName": "Other" }), "BAD_USER_INPUT"),
        (json!({ "query": two }), "BAD_USER_INPUT"),
        (json!({ "query": "{ __typename }" }), "BAD_USER_INPUT"),
        (json!({ "query": "mutation { logout { __typename } }" }), "BAD_USER_INPUT"),
        (json!({ "documentId": "0".repeat(64) }), "PERSISTED_QUERY_NOT_FOUND"),
        (json!({ "documentId": "nothing" }), "PERSISTED_QUERY_NOT_FOUND"),
    ] {
        client.send(&json!({ "type": "subscribe", "id": "1", "payload": payload })).await;
        assert_eq!(client.error_code("1").await, code, "{payload}");
    }
    assert!(client.is_silent().await, "no complete follows an error");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_found_by_its_id_and_an_empty_operation_name_is_ignored() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
    let hash = Sha256::digest(SUBSCRIPTION).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let ways = [
        json!({ "query": SUBSCRIPTION, "operationName": "" }),
        json!({ "query": SUBSCRIPTION, "operationName": null, "variables": null, "extensions": null, "other": 1 }),
        json!({ "documentId": hash }),
        json!({ "documentId": format!("sha256:{hash}") }),
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
    ];
    for (n, payload) in ways.iter().enumerate() {
        client.send(&json!({ "type": "subscribe", "id": n.to_string(), "payload": payload })).await;
    }
    assert!(client.is_silent().await, "none was refused");
    app.logged_in("ada@example.com", crate::support::PASSWORD).await.logout().await;
    let mut notified = Vec::new();
    for _ in &ways {
        let Received::Message(message) = client.next().await else { panic!("closed") };
        assert_eq!(message["type"], "next", "{message}");
        notified.push(message["id"].as_str().expect("an id").to_owned());
    }
    notified.sort_unstable();
    assert_eq!(notified, ["0", "1", "2", "3", "4"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_id_that_is_in_use_closes_with_4409_and_one_that_is_free_does_not() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
    client.send(&json!({ "type": "complete", "id": "unknown" })).await;
    client.subscribe("1", SUBSCRIPTION).await;
    client.send(&json!({ "type": "complete", "id": "1" })).await;
    client.subscribe("1", "subscription {").await;
    client.error_code("1").await;
    client.subscribe("1", SUBSCRIPTION).await;
    assert!(client.is_silent().await);
    client.subscribe("1", SUBSCRIPTION).await;
    assert_eq!(client.next().await, closed(4409, "Subscriber for 1 already exists"));

    let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
    let long = "é".repeat(64);
    client.subscribe(&long, SUBSCRIPTION).await;
    client.subscribe(&long, SUBSCRIPTION).await;
    let Received::Closed(code, reason) = client.next().await else { panic!("open") };
    assert_eq!((code, reason.starts_with("Subscriber for ééé")), (4409, true), "{reason}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_revoked_before_a_subscription_is_an_execution_error() {
    let app = TestApp::start(Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let mut client = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
    // The server does not notice the change immediately, so the socket stays open.
    app.sql("UPDATE users SET disabled_at = created_at").await;
    client.subscribe("1", SUBSCRIPTION).await;
    let Received::Message(message) = client.next().await else { panic!("closed") };
    assert_eq!(message["payload"]["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{message}");
    assert_eq!(message["type"], "next");
    assert_eq!(client.next().await, Received::Message(json!({ "type": "complete", "id": "1" })));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn header_names_in_the_response_have_the_case_of_the_request() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let app = TestApp::start(Kind::Sqlite).await;
    for name in ["Sec-WebSocket-Protocol", "sec-websocket-protocol"] {
        let address = app.url("").trim_start_matches("http://").to_owned();
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "GET /graphql HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{name}: {PROTOCOL}\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 2048];
        let read = stream.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]);
        assert!(answer.contains(&format!("\r\n{name}: {PROTOCOL}\r\n")), "{answer}");
    }
    app.stop().await;
}
