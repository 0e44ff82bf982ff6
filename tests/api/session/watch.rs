//! `sessionEnded`: notifications of ended sessions, on every instance.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    on_both_databases,
    proxy::Link,
    subscriber::{Received, Subscriber},
};

on_both_databases![
    every_ended_session_is_notified_on_every_instance,
    the_end_of_the_own_session_is_the_last_notification,
    a_user_is_not_notified_of_sessions_of_other_users,
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
    let mut first = Subscriber::to_session_ended(&endpoint(app), token(&ada)).await;
    // On SQLite, there is only one instance.
    let on_postgresql = app.kind == crate::support::database::Kind::Postgresql;
    let elsewhere = if on_postgresql { second } else { endpoint(app) };
    let mut elsewhere = Subscriber::to_session_ended(&elsewhere, token(&ada)).await;
    let mut expect = async |id: &str| {
        for subscriber in [&mut first, &mut elsewhere] {
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
    let next = app.anonymous().refresh(refresh).await;
    app.anonymous().refresh(at(&next, "data.refreshToken.tokens.refreshToken").as_str().unwrap()).await;
    app.clock.advance(TimeDelta::seconds(16));
    app.anonymous().refresh(refresh).await;
    expect(at(&stolen, "data.login.session.id").as_str().unwrap()).await;

    let id = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
    ada.change_password(PASSWORD, "another password").await;
    expect(&id).await;
    assert!(first.is_silent().await && elsewhere.is_silent().await);
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
    // The first notification of each is about their own session.
    for ((other, email), mut subscriber) in
        [(&bob, "bob@example.com"), (&admin, "admin@example.com")].into_iter().zip(subscribers)
    {
        let id = app.logged_in(email, PASSWORD).await.session_id().await;
        other.revoke_session(&id).await;
        assert_eq!(subscriber.ended_session().await["id"], id);
    }
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
        // The session ends on another instance, which still has a connection.
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
        format!("{document} a{n}: revokeSession(input: {{ sessionId: \"unknown\" }}) {{ __typename }}")
    });
    ada.execute(&format!("mutation {{ {nothing} }}"), json!({})).await;
    assert!(subscriber.is_silent().await);
    let expected = 20 * (1 + 5 + 3);
    assert_eq!(
        proxy.statements() - before,
        expected,
        "for each field: the caller, the limit of changes, a transaction"
    );

    for _ in 0..10 {
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    let before = proxy.statements();
    ada.revoke_other_sessions().await;
    for _ in 0..10 {
        assert!(subscriber.ended_session().await["id"].is_string());
    }
    assert!(subscriber.is_silent().await);
    let statements = proxy.statements() - before;
    assert!(statements <= 1 + 5 + 4 + 2 * 2 * 3, "{statements} statements for ten sessions that ended together");
    app.stop().await;
}
