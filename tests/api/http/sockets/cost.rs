//! The cost of WebSockets: memory before authentication, statements for each ended session, and lines in the log.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::Instant,
};

use super::{SUBSCRIPTION, endpoint, token};
use crate::support::{
    PASSWORD, SECRET_KEY, TestApp, at,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
    proxy::{Link, Proxy},
    subscriber::{PROTOCOL, Received, Subscriber},
};

/// A WebSocket that sends nothing.
async fn silent_socket(address: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.expect("connected");
    let head = format!(
        "GET /graphql HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         sec-websocket-protocol: {PROTOCOL}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let mut answer = [0; 1024];
    let read = stream.read(&mut answer).await.expect("answered");
    assert!(answer[..read].starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&answer[..read]));
    stream
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_sockets_without_a_token_take_little_memory_and_block_no_client() {
    rlimit::increase_nofile_limit(8192).expect("a limit");
    let folder = tempfile::tempdir().unwrap();
    let mut command = latchkey(folder.path(), &[]);
    // Only a trusted proxy may open this many connections from one address.
    command.env("TRUSTED_PROXIES", "127.0.0.1");
    command.env("BCRYPT_COST", "10").env("HASH_LANES", "1").env("SECRET_KEY", SECRET_KEY);
    let server = Server::start(command);
    let registered = server.client(None).register("ada@example.com").await;
    let token = at(&registered, "data.register.tokens.accessToken").as_str().unwrap().to_owned();
    let address = server.endpoint.trim_start_matches("http://").trim_end_matches("/graphql").to_owned();

    let before = server.process().memory();
    let mut sockets = Vec::new();
    for _ in 0..40 {
        sockets.extend(join_all((0..50).map(|_| silent_socket(&address))).await);
    }
    let grown = server.process().memory().saturating_sub(before);
    assert!(grown < 60 * 1024, "{grown} kB for {} sockets", sockets.len());
    Subscriber::to_session_ended(&server.endpoint, &token).await;
    assert_eq!(at(&server.client(Some(token)).profile().await, "data.profile.email"), "ada@example.com");
    server.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_query_serves_all_sockets_of_a_user_and_does_not_delay_other_users() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;
    app.registered("bob@example.com").await;
    let mut sessions = Vec::new();
    for _ in 0..40 {
        sessions.push(app.logged_in("ada@example.com", PASSWORD).await.session_id().await);
    }
    let (unwatched, ending) = sessions.split_at(20);
    let end = async |ids: &[String]| {
        let before = proxy.statements();
        for id in ids {
            ada.revoke_session(id).await;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        proxy.statements() - before
    };
    let usual = end(unwatched).await;

    // 300 sockets, of which the last 20 stay open, with two subscriptions each.
    let mut open = Vec::new();
    for _ in 0..15 {
        let some = (0..20).map(|_| async {
            let mut socket = Subscriber::authenticated(&endpoint(&app), token(&ada)).await;
            for id in ["1", "2"] {
                socket.subscribe(id, SUBSCRIPTION).await;
            }
            socket
        });
        open = join_all(some).await;
    }
    tokio::time::sleep(Duration::from_millis(500)).await;

    let login = async {
        let begun = Instant::now();
        let answer = app.anonymous().login("bob@example.com", PASSWORD).await;
        assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess");
        begun.elapsed()
    };
    let (statements, login) = tokio::join!(end(ending), login);
    assert!(login < Duration::from_secs(2), "{login:?}");
    // The login, and at most two queries for each session: a notification comes from the process and from the database.
    let more = statements.saturating_sub(usual);
    assert!(more <= 20 + 2 * ending.len(), "{more} statements more for {} sessions", ending.len());

    for socket in &mut open {
        let mut received = Vec::new();
        for _ in 0..2 * ending.len() {
            let Received::Message(message) = socket.next().await else { panic!("closed") };
            received.push(message["payload"]["data"]["sessionEnded"]["id"].as_str().expect("an id").to_owned());
        }
        received.sort_unstable();
        let mut expected = [ending, ending].concat();
        expected.sort_unstable();
        assert_eq!(received, expected);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_wakes_only_the_watch_of_its_user() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;
    let statements = async || {
        let before = proxy.statements();
        let id = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
        ada.revoke_session(&id).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        proxy.statements() - before
    };
    statements().await;
    let usual = statements().await;
    let mut others = Vec::new();
    for n in 0..30 {
        let other = app.registered(&format!("other{n}@example.com")).await;
        others.push(Subscriber::to_session_ended(&endpoint(&app), token(&other)).await);
    }
    let with_others = statements().await;
    assert!(others[0].is_silent().await);
    assert!(
        with_others < usual + 15,
        "{with_others} statements instead of {usual}, although no socket of this user is open"
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_failure_is_logged_a_few_times_not_for_each_socket() {
    let database = TestDatabase::create(Kind::Postgresql).await;
    let (proxy, url) = Proxy::in_front_of(&database).await;
    let mut command = latchkey(database.folder.path(), &["--database-url", &url]);
    // Only a trusted proxy may open this many connections from one address.
    command.env("TRUSTED_PROXIES", "127.0.0.1");
    command.env("BCRYPT_COST", "10").env("HASH_LANES", "1").env("SECRET_KEY", SECRET_KEY);
    let server = Server::start(command);
    let mut sockets = Vec::new();
    for n in 0..5 {
        let registered = server.client(None).register(&format!("user{n}@example.com")).await;
        let token = at(&registered, "data.register.tokens.accessToken").as_str().expect("registered").to_owned();
        for _ in 0..10 {
            let mut socket = Subscriber::authenticated(&server.endpoint, &token).await;
            for id in ["1", "2"] {
                socket.subscribe(id, SUBSCRIPTION).await;
            }
            sockets.push(socket);
        }
    }
    proxy.set(Link::Down);
    tokio::time::sleep(Duration::from_secs(8)).await;
    proxy.set(Link::Up);
    tokio::time::sleep(Duration::from_secs(2)).await;
    sockets[0].send(&json!({ "type": "ping" })).await;
    assert_eq!(sockets[0].next().await, Received::Message(json!({ "type": "pong" })));
    let log = server.stop();
    let lines = log.lines().filter(|line| line.contains("ended session")).count();
    assert!((1..=3).contains(&lines), "{lines} lines: {log}");
    assert!(log.lines().count() < 60, "{log}");
    database.drop().await;
}
