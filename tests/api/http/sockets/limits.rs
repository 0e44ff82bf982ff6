//! Limits of WebSockets: without a token, for each user, and for each network.

use std::time::Duration;

use serde_json::json;

use super::{SUBSCRIPTION, closed, endpoint, token};
use crate::support::{
    PASSWORD, TestApp,
    client::Client,
    database::{Kind, TestDatabase},
    subscriber::{PROTOCOL, Received, Subscriber},
};

/// An app with this many connections, half of them for sockets, which trusts the test as a proxy.
async fn app(max_clients: usize) -> TestApp {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let app = TestApp::start_with(Kind::Sqlite, database, |config| {
        config.server.max_clients = max_clients;
        config.server.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
    });
    app.await
}

async fn connected(app: &TestApp, address: &str) -> Subscriber {
    let headers = [("sec-websocket-protocol", PROTOCOL), ("x-forwarded-for", address)];
    Subscriber::connect(&endpoint(app), &headers).await.expect("connected")
}

/// A socket from this address, and the response of the server to its token.
async fn authenticated(app: &TestApp, address: &str, client: &Client) -> (Subscriber, Received) {
    let mut subscriber = connected(app, address).await;
    let payload = json!({ "authorization": format!("Bearer {}", token(client)) });
    subscriber.send(&json!({ "type": "connection_init", "payload": payload })).await;
    let response = subscriber.next().await;
    (subscriber, response)
}

fn acknowledged() -> Received {
    Received::Message(json!({ "type": "connection_ack" }))
}

async fn users(app: &TestApp, count: usize) -> Vec<Client> {
    let mut users = Vec::new();
    for n in 0..count {
        users.push(app.registered(&format!("user{n}@example.com")).await);
    }
    users
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_21st_socket_of_a_user_closes_the_oldest_one() {
    let app = app(2000).await;
    app.registered("ada@example.com").await;
    let mut sockets = Vec::new();
    for n in 0..22 {
        let session = app.logged_in("ada@example.com", PASSWORD).await;
        let (socket, response) = authenticated(&app, &format!("203.0.113.{n}"), &session).await;
        assert_eq!(response, acknowledged(), "{n}");
        sockets.push(socket);
    }
    for socket in &mut sockets[..2] {
        assert_eq!(socket.next().await, closed(4429, "Too many sockets"));
    }
    // The others are open. If one of them closes, a new one closes no other.
    sockets.remove(2);
    for socket in &mut sockets[2..] {
        socket.subscribe("1", SUBSCRIPTION).await;
        socket.send(&json!({ "type": "ping" })).await;
        assert_eq!(socket.next().await, Received::Message(json!({ "type": "pong" })));
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (_socket, response) =
        authenticated(&app, "203.0.113.99", &app.logged_in("ada@example.com", PASSWORD).await).await;
    assert_eq!(response, acknowledged());
    assert!(sockets[2].is_silent().await, "no other socket is closed");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_with_as_many_sockets_as_it_can_open_does_not_block_other_accounts() {
    // 160 sockets, and so 10 for each network.
    let app = app(320).await;
    let users = users(&app, 3).await;
    let [ada, bob, eve] = &users[..] else { panic!("three") };
    let mut of_ada = Vec::new();
    for _ in 0..40 {
        let (socket, response) = authenticated(&app, "203.0.113.7", ada).await;
        assert_eq!(response, acknowledged());
        of_ada.push(socket);
    }
    assert_eq!(of_ada[29].next().await, closed(4429, "Too many sockets"));
    assert!(of_ada[30].is_silent().await, "the last ten are open");
    // Other users connect from the same network, and from others.
    let (mut of_bob, response) = authenticated(&app, "203.0.113.7", bob).await;
    assert_eq!(response, acknowledged());
    for address in ["203.0.113.7", "203.0.113.8", "2001:db8::1"] {
        assert_eq!(authenticated(&app, address, eve).await.1, acknowledged(), "{address}");
    }
    assert!(of_bob.is_silent().await, "the socket of a user with fewer sockets stays open");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_has_a_limited_share_of_sockets_for_all_its_accounts() {
    let app = app(320).await;
    let users = users(&app, 12).await;
    let mut sockets = Vec::new();
    for (n, user) in users.iter().enumerate() {
        // All addresses are in one IPv6 network.
        let (socket, response) = authenticated(&app, &format!("2001:db8:1:2::{n}"), user).await;
        let expected = if n < 10 { acknowledged() } else { closed(1013, "Try again later") };
        assert_eq!(response, expected, "{n}");
        sockets.push(socket);
    }
    assert_eq!(authenticated(&app, "2001:db8:1:3::1", &users[11]).await.1, acknowledged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_server_closes_a_socket_of_another_user_for_a_new_one() {
    // 24 sockets, 3 of them for those without a token, and 8 for each network.
    let app = app(48).await;
    let users = users(&app, 4).await;
    let mut sockets = Vec::new();
    for (n, user) in users[..3].iter().enumerate() {
        for _ in 0..8 {
            let (socket, response) = authenticated(&app, &format!("203.0.113.{n}"), user).await;
            assert_eq!(response, acknowledged());
            sockets.push(socket);
        }
    }
    assert_eq!(authenticated(&app, "203.0.113.77", &users[3]).await.1, acknowledged());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_cannot_use_up_the_sockets_without_a_token() {
    // 160 sockets, 20 of them without a token.
    let app = app(320).await;
    let ada = app.registered("ada@example.com").await;
    let mut unauthenticated = connected(&app, "203.0.113.1").await;
    let mut flood = Vec::new();
    for _ in 0..60 {
        flood.push(connected(&app, "203.0.113.2").await);
    }
    assert_eq!(flood[0].next().await, closed(1013, "Try again later"));
    assert_eq!(flood[40].next().await, closed(1013, "Try again later"));
    // A socket of another network, and one that authenticates immediately, are not closed.
    let payload = json!({ "authorization": format!("Bearer {}", token(&ada)) });
    unauthenticated.send(&json!({ "type": "connection_init", "payload": payload })).await;
    assert_eq!(unauthenticated.next().await, acknowledged());
    let (mut same, response) = authenticated(&app, "203.0.113.2", &ada).await;
    assert_eq!(response, acknowledged());
    for _ in 0..60 {
        flood.push(connected(&app, "203.0.113.2").await);
    }
    assert!(same.is_silent().await && unauthenticated.is_silent().await, "sockets with a token are counted separately");
    app.stop().await;
}
