//! Opening a WebSocket: origins, the protocol, the access token, and the limits of each socket.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::http::StatusCode;

use super::{SUBSCRIPTION, closed, endpoint, token};
use crate::support::{
    PASSWORD, TestApp, on_both_databases,
    subscriber::{PROTOCOL, Received, Subscriber},
};

on_both_databases![
    only_allowed_origins_connect_and_only_with_the_right_protocol,
    a_socket_without_a_valid_token_is_closed,
    the_limits_of_a_request_hold_for_subscriptions,
];

async fn only_allowed_origins_connect_and_only_with_the_right_protocol(app: &TestApp) {
    let endpoint = endpoint(app);
    let own = app.url("");
    let protocol = ("sec-websocket-protocol", PROTOCOL);
    let connect = async |headers: &[(&'static str, &str)]| Subscriber::connect(&endpoint, headers).await.err();
    for origin in ["http://localhost:3000", &own] {
        assert_eq!(connect(&[protocol, ("origin", origin)]).await, None, "{origin}");
    }
    for origin in ["http://localhost:3001", "https://localhost:3000", "http://evil.example", "null", ""] {
        assert_eq!(connect(&[protocol, ("origin", origin)]).await, Some(StatusCode::FORBIDDEN), "{origin}");
    }
    assert_eq!(connect(&[("sec-websocket-protocol", "chat, graphql-transport-ws")]).await, None);
    for other in ["graphql-ws", "chat"] {
        assert_eq!(connect(&[("sec-websocket-protocol", other)]).await, Some(StatusCode::BAD_REQUEST), "{other}");
    }
    assert_eq!(connect(&[]).await, Some(StatusCode::BAD_REQUEST));
}

async fn a_socket_without_a_valid_token_is_closed(app: &TestApp) {
    let connect = || async {
        Subscriber::connect(&endpoint(app), &[("sec-websocket-protocol", PROTOCOL)]).await.expect("connected")
    };
    let ada = app.registered("ada@example.com").await;

    for (payload, reason) in [
        (json!({}), "MISSING"),
        (json!({ "authorization": "Basic YQ==" }), "MISSING"),
        (json!(["Bearer"]), "MISSING"),
        (json!({ "Authorization": "bearer forged" }), "INVALID"),
    ] {
        let mut rejected = connect().await;
        rejected.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(rejected.next().await, closed(4403, reason), "{payload}");
    }
    let mut unauthenticated = connect().await;
    unauthenticated.subscribe("1", SUBSCRIPTION).await;
    assert_eq!(unauthenticated.next().await, closed(4401, "Unauthorized"));
    for text in ["{", "[]", "{\"type\":\"nonsense\"}", "{\"type\":\"subscribe\",\"id\":1}"] {
        let mut invalid = connect().await;
        invalid.send_text(text.to_owned()).await;
        assert_eq!(invalid.next().await, closed(4400, "Invalid message"), "{text}");
    }
    let mut twice = Subscriber::authenticated(&endpoint(app), token(&ada)).await;
    twice.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(twice.next().await, closed(4429, "Too many initialisation requests"));
    let mut long = Subscriber::authenticated(&endpoint(app), token(&ada)).await;
    long.send_text("x".repeat(70_000)).await;
    assert!(matches!(long.next().await, Received::Closed(..)));

    let mut silent = connect().await;
    assert_eq!(silent.next().await, closed(4408, "Connection initialisation timeout"));

    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    app.clock.advance(TimeDelta::minutes(15) - TimeDelta::milliseconds(2500));
    let mut late = Subscriber::authenticated(&endpoint(app), token(&ada)).await;
    assert_eq!(late.next().await, closed(4403, "EXPIRED"));
}

async fn the_limits_of_a_request_hold_for_subscriptions(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let mut subscriber = Subscriber::authenticated(&endpoint(app), token(&ada)).await;
    let deep = format!("subscription {}", "{a".repeat(65));
    for (document, code) in [
        (&*deep, "QUERY_TOO_COMPLEX"),
        ("subscription { sessionEnded { nonsense } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("{ profile { id } }", "BAD_USER_INPUT"),
        ("mutation { logout { __typename } }", "BAD_USER_INPUT"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("subscription { a: sessionEnded { id } b: sessionEnded { id } }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        subscriber.subscribe("1", document).await;
        assert_eq!(subscriber.error_code("1").await, code, "{document}");
    }
    for n in 0..10 {
        subscriber.subscribe(&format!("open {n}"), SUBSCRIPTION).await;
    }
    assert!(subscriber.is_silent().await);
    subscriber.subscribe("one more", SUBSCRIPTION).await;
    assert_eq!(subscriber.error_code("one more").await, "QUERY_TOO_COMPLEX");

    subscriber.send(&json!({ "type": "complete", "id": "open 0" })).await;
    subscriber.subscribe("one more", SUBSCRIPTION).await;
    assert!(subscriber.is_silent().await, "one of ten subscriptions has ended");
    assert_eq!(ada.token_rejection().await, Value::Null, "the mutation was not executed");
}
