//! Told at once, on every instance, that a session was ended; and how little a WebSocket gets away with.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::http::StatusCode;

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    on_both_databases,
    proxy::Link,
    subscriber::{PROTOCOL, Received, Subscriber},
};

on_both_databases![
    every_ended_session_is_notified_on_every_instance,
    the_end_of_the_own_session_is_the_last_notification,
    a_user_is_not_notified_of_sessions_of_other_users,
    only_allowed_origins_connect_and_only_with_the_right_protocol,
    a_socket_without_a_valid_token_is_closed,
    the_limits_of_a_request_hold_for_subscriptions,
    a_subscription_over_http_is_refused,
];

fn token(client: &Client) -> &str {
    client.token.as_deref().expect("a token")
}

fn endpoint(app: &TestApp) -> String {
    app.url("/graphql")
}

async fn every_ended_session_is_notified_on_every_instance(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let second = app.second_instance().await;
    let mut here = Subscriber::to_session_ended(&endpoint(app), token(&ada)).await;
    // On SQLite there is one instance.
    let on_postgresql = app.kind == crate::support::database::Kind::Postgresql;
    let there = if on_postgresql { second } else { endpoint(app) };
    let mut there = Subscriber::to_session_ended(&there, token(&ada)).await;
    let mut expect = async |id: &str| {
        for subscriber in [&mut here, &mut there] {
            let ended = subscriber.ended_session().await;
            assert_eq!((&ended["id"], &ended["current"]), (&json!(id), &json!(false)), "{ended}");
            assert!(ended["endedAt"].is_string());
        }
    };

    let other = app.logged_in("ada@example.com", PASSWORD).await;
    let id = other.session_id().await;
    other.logout().await;
    expect(&id).await;

    let other = app.logged_in("ada@example.com", PASSWORD).await;
    let id = other.session_id().await;
    ada.revoke_session(&id).await;
    expect(&id).await;

    let id = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
    ada.revoke_other_sessions().await;
    expect(&id).await;

    let stolen = app.anonymous().login("ada@example.com", PASSWORD).await;
    let refresh = at(&stolen, "data.login.tokens.refreshToken").as_str().unwrap();
    app.anonymous().refresh(refresh).await;
    app.clock.advance(TimeDelta::seconds(16));
    app.anonymous().refresh(refresh).await;
    expect(at(&stolen, "data.login.session.id").as_str().unwrap()).await;

    let id = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
    ada.change_password(PASSWORD, "another password").await;
    expect(&id).await;
    assert!(here.is_silent().await && there.is_silent().await);
}

async fn the_end_of_the_own_session_is_the_last_notification(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let id = ada.session_id().await;
    let mut subscriber = Subscriber::to_session_ended(&endpoint(app), token(&ada)).await;
    ada.logout().await;
    let ended = subscriber.ended_session().await;
    assert_eq!((&ended["id"], &ended["current"]), (&json!(id), &json!(true)));
    assert_eq!(subscriber.next().await, Received::Message(json!({ "type": "complete", "id": "1" })));
    assert_eq!(subscriber.next().await, Received::Closed(4403, "REVOKED".to_owned()));
}

async fn a_user_is_not_notified_of_sessions_of_other_users(app: &TestApp) {
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    let admin = app.admin().await;
    let mut subscribers = Vec::new();
    for other in [&bob, &admin] {
        subscribers.push(Subscriber::to_session_ended(&endpoint(app), token(other)).await);
    }
    ada.logout().await;
    // The first that they are told is of their own.
    for ((other, email), mut subscriber) in
        [(&bob, "bob@example.com"), (&admin, "admin@example.com")].into_iter().zip(subscribers)
    {
        let id = app.logged_in(email, PASSWORD).await.session_id().await;
        other.revoke_session(&id).await;
        assert_eq!(subscriber.ended_session().await["id"], id);
    }
}

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
    let closed = |code: u16, reason: &str| Received::Closed(code, reason.to_owned());
    let ada = app.registered("ada@example.com").await;

    for (payload, reason) in [
        (json!({}), "MISSING"),
        (json!({ "authorization": "Basic YQ==" }), "MISSING"),
        (json!(["Bearer"]), "MISSING"),
        (json!({ "Authorization": "bearer bent" }), "INVALID"),
    ] {
        let mut nobody = connect().await;
        nobody.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(nobody.next().await, closed(4403, reason), "{payload}");
    }
    let mut hasty = connect().await;
    hasty.subscribe("1", "subscription { sessionEnded { id } }").await;
    assert_eq!(hasty.next().await, closed(4401, "Unauthorized"));
    for text in ["{", "[]", "{\"type\":\"nonsense\"}", "{\"type\":\"subscribe\",\"id\":1}"] {
        let mut babbling = connect().await;
        babbling.send_text(text.to_owned()).await;
        assert_eq!(babbling.next().await, closed(4400, "Invalid message"), "{text}");
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
        subscriber.subscribe(&format!("open {n}"), "subscription { sessionEnded { id } }").await;
    }
    assert!(subscriber.is_silent().await);
    subscriber.subscribe("one more", "subscription { sessionEnded { id } }").await;
    assert_eq!(subscriber.error_code("one more").await, "QUERY_TOO_COMPLEX");

    subscriber.send(&json!({ "type": "complete", "id": "open 0" })).await;
    subscriber.subscribe("one more", "subscription { sessionEnded { id } }").await;
    assert!(subscriber.is_silent().await, "there is room again");
    assert_eq!(ada.token_rejection().await, Value::Null, "nothing was logged out");
}

async fn a_subscription_over_http_is_refused(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.execute("subscription { sessionEnded { id } }", json!({})).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT");
    assert!(at(&answer, "errors.0.message").as_str().unwrap().contains("WebSocket"), "{answer}");
    let link = app.url("/graphql?query=subscription{sessionEnded{id}}");
    let answer: Value = reqwest::get(link).await.unwrap().json().await.unwrap();
    assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_end_during_a_lost_connection_are_notified_later() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;
    let mut subscriber = Subscriber::to_session_ended(&endpoint(&app), token(&ada)).await;

    for loss in [Link::Down, Link::Reset] {
        let missed = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
        let later = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
        // On another instance, whose wire is whole.
        let end = async |id: &str| app.sql(&format!("UPDATE sessions SET ended_at = now() WHERE id = '{id}'")).await;
        proxy.set(loss);
        tokio::time::sleep(Duration::from_millis(200)).await;
        end(&missed).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        proxy.set(Link::Up);
        assert_eq!(subscriber.ended_session().await["id"], missed, "{loss:?}");
        end(&later).await;
        assert_eq!(subscriber.ended_session().await["id"], later, "{loss:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_closes_sockets_with_going_away() {
    let app = TestApp::start(crate::support::database::Kind::Sqlite).await;
    let ada = app.registered("ada@example.com").await;
    let mut subscriber = Subscriber::to_session_ended(&endpoint(&app), token(&ada)).await;
    app.stop().await;
    assert_eq!(subscriber.next().await, Received::Closed(1001, "Going away".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn watches_query_only_after_a_notification() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;
    let mut subscriber = Subscriber::to_session_ended(&endpoint(&app), token(&ada)).await;

    let before = proxy.statements();
    let nothing = (0..20).fold(String::new(), |document, n| {
        format!("{document} a{n}: revokeSession(input: {{ sessionId: \"nobody\" }}) {{ __typename }}")
    });
    ada.execute(&format!("mutation {{ {nothing} }}"), json!({})).await;
    assert!(subscriber.is_silent().await);
    let expected = 20 * (1 + 5 + 3);
    assert_eq!(proxy.statements() - before, expected, "for each field the caller, the count of changes, a transaction");

    for _ in 0..10 {
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    let before = proxy.statements();
    ada.revoke_other_sessions().await;
    for _ in 0..10 {
        assert!(subscriber.ended_session().await["id"].is_string());
    }
    assert!(subscriber.is_silent().await);
    let looked = proxy.statements() - before;
    assert!(looked <= 1 + 5 + 4 + 2 * 2 * 3, "{looked} questions for ten sessions that ended together");
    app.stop().await;
}
