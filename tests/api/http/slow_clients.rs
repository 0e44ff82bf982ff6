//! Clients that are slow or silent are disconnected in time, and do not block others.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::support::{
    TestApp,
    database::{Kind, TestDatabase},
    subscriber::{PROTOCOL, Received, Subscriber},
};

/// What the server sends until it closes the connection, and how long that takes.
async fn until_closed(mut stream: TcpStream) -> (String, Duration) {
    let begun = Instant::now();
    let mut received = Vec::new();
    let closed = timeout(Duration::from_secs(8), stream.read_to_end(&mut received)).await;
    assert!(closed.is_ok(), "still open after {:?}", begun.elapsed());
    (String::from_utf8_lossy(&received).into_owned(), begun.elapsed())
}

async fn connected(app: &TestApp, sent: &str) -> TcpStream {
    let address = app.url("").trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(sent.as_bytes()).await.expect("sent");
    stream
}

const HEAD: &str = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 26\r\n\r\n";
const BODY: &str = r#"{"query":"{ __typename }"}"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_slow_connection_is_closed() {
    let app = TestApp::start(Kind::Sqlite).await;
    let (silent, half_head, half_body, idle) = tokio::join!(
        async { until_closed(connected(&app, "").await).await },
        async { until_closed(connected(&app, &HEAD[..40]).await).await },
        async { until_closed(connected(&app, &format!("{HEAD}{}", &BODY[..10])).await).await },
        async { until_closed(connected(&app, &format!("{HEAD}{BODY}")).await).await },
    );
    assert_eq!(silent.0, "");
    assert!(half_head.0.is_empty() || half_head.0.starts_with("HTTP/1.1 408"), "{}", half_head.0);
    assert!(half_body.0.starts_with("HTTP/1.1 408"), "{}", half_body.0);
    assert!(idle.0.starts_with("HTTP/1.1 200"), "{}", idle.0);
    assert!([silent.1, half_head.1, half_body.1, idle.1].iter().all(|took| took.as_secs() < 6));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_bytes_do_not_keep_a_request_head_open() {
    let app = TestApp::start(Kind::Sqlite).await;
    let mut stream = connected(&app, "GET /healthz HTTP/1.1\r\n").await;
    let begun = Instant::now();
    while stream.write_all(b"x: y\r\n").await.is_ok() {
        assert!(begun.elapsed().as_secs() < 8, "still open");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_beyond_the_limit_waits_until_another_one_closes() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let app = TestApp::start_with(Kind::Sqlite, database, |config| config.server.max_clients = 3).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(connected(&app, "").await);
    }
    let response = reqwest::get(app.url("/healthz"));
    tokio::pin!(response);
    assert!(timeout(Duration::from_millis(500), &mut response).await.is_err(), "all connections are in use");
    drop(silent);
    assert_eq!(response.await.expect("answered").status(), 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_body_is_not_reported_as_too_long() {
    let app = TestApp::start(Kind::Sqlite).await;
    let head = "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    for body in
        ["transfer-encoding: chunked\r\n\r\nzz\r\n", "transfer-encoding: chunked\r\n\r\n5\r\nabcdefgh\r\n0\r\n\r\n"]
    {
        let (received, _) = until_closed(connected(&app, &format!("{head}{body}")).await).await;
        assert!(received.starts_with("HTTP/1.1 400"), "{received}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_responses_is_disconnected() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let app = TestApp::start_with(Kind::Sqlite, database, |config| config.server.max_clients = 1).await;
    let body = r#"{"query":"{ __schema { types { name description fields { name description } } } }"}"#;
    let head = HEAD.replace("26", &body.len().to_string());
    // More than all buffers hold, and none of it is read.
    let _not_reading = connected(&app, &format!("{head}{body}").repeat(500)).await;
    let begun = Instant::now();
    let response = timeout(Duration::from_secs(25), reqwest::get(app.url("/healthz"))).await;
    assert_eq!(response.expect("a connection is free again").expect("answered").status(), 200);
    assert!(begun.elapsed().as_secs() >= 5, "the client held the connection for a time: {:?}", begun.elapsed());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_leave_connections_for_requests() {
    let database = TestDatabase::create(Kind::Sqlite).await;
    let app = TestApp::start_with(Kind::Sqlite, database, |config| config.server.max_clients = 4).await;
    let protocol = [("sec-websocket-protocol", PROTOCOL)];
    let open = async || Subscriber::connect(&app.url("/graphql"), &protocol).await;
    let mut one = open().await.expect("connected");
    let _two = open().await.expect("connected");
    assert_eq!(one.next().await, Received::Closed(1013, "Try again later".to_owned()));
    assert_eq!(reqwest::get(app.url("/healthz")).await.expect("answered").status(), 200);
    app.stop().await;
}
