//! What a client costs before it authenticates: heads, bodies in transfer and connections have limits, each network its own.

use std::{net::SocketAddr, time::Duration};

use latchkey::config::Config;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::{Instant, timeout},
};

use crate::support::{
    TestApp,
    database::{Kind, TestDatabase},
};

/// Far longer than anything here takes.
const IN_TIME: Duration = Duration::from_secs(8);

const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

async fn open(adjust: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::start_with(Kind::Sqlite, TestDatabase::create(Kind::Sqlite).await, adjust).await
}

fn address(app: &TestApp) -> SocketAddr {
    app.url("").trim_start_matches("http://").parse().expect("an address")
}

/// A connection from one of the addresses of this machine.
async fn connect_from(app: &TestApp, from: &str) -> TcpStream {
    connect(address(app), from).await
}

async fn connect(server: SocketAddr, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(from.parse().expect("an address"), 0)).expect("an address of this machine");
    socket.connect(server).await.expect("a connection")
}

/// Everything that comes until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    let _ = timeout(IN_TIME, stream.read_to_end(&mut said)).await.expect("closed in time");
    String::from_utf8_lossy(&said).into_owned()
}

async fn answer_from(app: &TestApp, from: &str, bytes: &[u8]) -> String {
    answer_on(connect_from(app, from).await, bytes).await
}

/// What is answered to these bytes, which the client sends in pieces, however long the server reads.
async fn answer_on(stream: TcpStream, bytes: &[u8]) -> String {
    let (mut from_server, mut to_server) = stream.into_split();
    let bytes = bytes.to_vec();
    let sending = tokio::spawn(async move {
        for piece in bytes.chunks(3000) {
            if to_server.write_all(piece).await.is_err() {
                break;
            }
        }
        to_server
    });
    let mut said = Vec::new();
    let _ = timeout(IN_TIME, from_server.read_to_end(&mut said)).await.expect("closed in time");
    drop(sending.await);
    String::from_utf8_lossy(&said).into_owned()
}

async fn answer(app: &TestApp, text: impl AsRef<[u8]>) -> String {
    answer_from(app, "127.0.0.1", text.as_ref()).await
}

/// A whole request that closes its connection, with these lines among its headers.
fn get(path: &str, lines: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n{lines}connection: close\r\n\r\n")
}

fn post(lines: &str, body: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n{lines}\r\n{body}"
    )
}

fn status(answer: &str) -> &str {
    answer.split("\r\n").next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_of_more_than_16_kb_or_64_headers_is_refused_with_431() {
    let app = open(|_| {}).await;
    let just_enough = get("/healthz", &format!("x: {}\r\n", "y".repeat(16 * 1024 - 70)));
    assert!((16_300..=16_384).contains(&just_enough.len()), "{}", just_enough.len());
    for (what, head) in [("16 kB", just_enough), ("64 headers", get("/healthz", &"x: y\r\n".repeat(62)))] {
        assert_eq!(status(&answer(&app, head).await), "HTTP/1.1 200 OK", "{what}");
    }

    let long = "y".repeat(390_000);
    for (what, head) in [
        ("65 headers", get("/healthz", &"x: y\r\n".repeat(63))),
        ("a whole head of 17 kB", get("/healthz", &format!("x: {}\r\n", "y".repeat(17 * 1024)))),
        ("a whole head of 17 kB in many lines", get("/healthz", &format!("x: {}\r\n", "y".repeat(600)).repeat(28))),
        ("a long path", get(&format!("/{}", "y".repeat(20_000)), "")),
        ("a path that never ends", format!("GET /{long}")),
        ("a method that never ends", long.clone()),
        ("a name that never ends", format!("GET /healthz HTTP/1.1\r\n{long}")),
        ("a value that never ends", format!("GET /healthz HTTP/1.1\r\nx: {long}")),
        (
            "lines that never end",
            format!("GET /healthz HTTP/1.1\r\n{}", format!("x: {}\r\n", &long[..8000]).repeat(48)),
        ),
        ("short lines that never end", format!("GET /healthz HTTP/1.1\r\n{}", "x: y\r\n".repeat(60_000))),
        ("empty lines", "\r\n".repeat(200_000)),
    ] {
        let answer = answer(&app, head).await;
        assert_eq!(status(&answer), "HTTP/1.1 431 Request Header Fields Too Large", "{what}");
    }
    let second = format!("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\nGET /healthz HTTP/1.1\r\nx: {long}");
    let both = answer(&app, second).await;
    assert!(both.starts_with("HTTP/1.1 200") && both.contains("HTTP/1.1 431"), "a second request: {both}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_with_as_many_connections_as_it_can_open_does_not_block_others() {
    let app = open(|config| config.max_clients = 160).await;
    let (begun, mut greedy) = (Instant::now(), Vec::new());
    for _ in 0..400 {
        greedy.push(connect_from(&app, "127.0.0.2").await);
    }
    // Sooner than the five seconds after which silent connections are closed.
    let asked = timeout(Duration::from_secs(4), answer(&app, get("/healthz", ""))).await;
    assert_eq!(status(&asked.expect("answered while they are silent")), "HTTP/1.1 200 OK");

    let (mut accepted, mut last) = (0, String::new());
    for mut stream in greedy {
        let mut beginning = [0; 12];
        match timeout(Duration::from_millis(100), stream.read(&mut beginning)).await {
            Ok(Ok(12)) => last = String::from_utf8_lossy(&beginning).into_owned() + &rest(&mut stream).await,
            // Silent, or closed after it was silent for five seconds.
            _ => accepted += 1,
        }
    }
    assert!(last.starts_with("HTTP/1.1 503") && last.contains("10 connections"), "{last}");
    let most = 10 * (1 + begun.elapsed().as_secs() / 5);
    assert!((10..=most).contains(&accepted), "{accepted} at most {most}: a sixteenth of 160 at a time");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_connections_of_a_network_do_not_count() {
    let app = open(|config| config.max_clients = 128).await;
    for _ in 0..50 {
        assert_eq!(status(&answer(&app, get("/healthz", "")).await), "HTTP/1.1 200 OK");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_may_have_more_connections_than_a_network() {
    let app = open(|config| {
        config.max_clients = 64;
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        silent.push(connect_from(&app, "127.0.0.1").await);
    }
    assert_eq!(status(&answer(&app, get("/healthz", "")).await), "HTTP/1.1 200 OK");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_checks_on_the_metrics_listener_need_no_connection_slot() {
    let app = open(|config| config.max_clients = 3).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(connect_from(&app, "127.0.0.1").await);
    }
    for path in ["/healthz", "/readyz"] {
        let url = app.metrics_url().replace("/metrics", path);
        let asked = timeout(Duration::from_secs(4), reqwest::get(url)).await;
        assert_eq!(asked.expect("answered while all slots are taken").unwrap().status(), 200, "{path}");
    }
    app.sql("DELETE FROM seaql_migrations WHERE version LIKE '%sessions'").await;
    let ready = reqwest::get(app.metrics_url().replace("/metrics", "/readyz")).await.unwrap();
    assert_eq!(ready.status(), 503);
    app.stop().await;
}

/// A request with 60 kB of a body that is longer.
fn half_a_body() -> String {
    post("content-length: 65000\r\n", &" ".repeat(60_000))
}

/// Clients that send half a body and wait, again and again, as long as this is kept; and the answers that they get.
struct Flood {
    #[expect(dead_code, reason = "is held, not read")]
    clients: JoinSet<()>,
    answers: mpsc::UnboundedReceiver<String>,
}

impl Flood {
    /// As many clients as there are pairs of an address and a request.
    fn begin(app: &TestApp, clients: impl Iterator<Item = (String, String)>) -> Self {
        let (answered, answers) = mpsc::unbounded_channel();
        let server = address(app);
        let flood = clients.map(|(from, request)| {
            let answered = answered.clone();
            async move {
                loop {
                    let stream = connect(server, &from).await;
                    let _ = answered.send(answer_on(stream, request.as_bytes()).await);
                }
            }
        });
        Self { clients: flood.collect(), answers }
    }

    /// Waits until one of them is refused with this status: how soon there are enough of them depends on the machine.
    async fn refusal(&mut self, expected: &str) -> String {
        let refused = async {
            loop {
                let answer = self.answers.recv().await.expect("the flood goes on");
                if status(&answer) == expected {
                    return answer;
                }
            }
        };
        timeout(Duration::from_mins(1), refused).await.expect("some are refused")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_in_transfer_are_limited_for_each_network_and_for_all() {
    let app = open(|_| {}).await;
    let whole = post(&format!("content-length: {}\r\n", TYPENAME.len()), TYPENAME);

    let mut one_network = Flood::begin(&app, (0..40).map(|_| ("127.0.0.2".to_owned(), half_a_body())));
    let refused = one_network.refusal("HTTP/1.1 429 Too Many Requests").await;
    assert!(refused.contains("SERVICE_UNAVAILABLE") && refused.contains("1048576 bytes"), "{refused}");
    for address in ["127.0.0.1", "127.0.0.2"] {
        let answer = answer_from(&app, address, whole.as_bytes()).await;
        assert_eq!(status(&answer), "HTTP/1.1 200 OK", "a usual body from {address} is not in the way");
    }
    let other = answer(&app, half_a_body()).await;
    assert_eq!(status(&other), "HTTP/1.1 408 Request Timeout", "another network waits for the rest of its own body");
    drop(one_network);

    let networks = (3..27).flat_map(|network| (0..20).map(move |_| format!("127.0.0.{network}")));
    let mut many_networks = Flood::begin(&app, networks.map(|from| (from, half_a_body())));
    let refused = many_networks.refusal("HTTP/1.1 503 Service Unavailable").await;
    assert!(refused.contains("SERVICE_UNAVAILABLE") && refused.contains("16777216 bytes"), "{refused}");
    drop(many_networks);

    let body_in_two_parts = async || {
        let mut stream = connect_from(&app, "127.0.0.2").await;
        stream.write_all(post("content-length: 65000\r\n", &" ".repeat(60_000)).as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let end = format!("{}{TYPENAME}", " ".repeat(5000 - TYPENAME.len()));
        // A server that has refused the body need not read its end.
        let _ = stream.write_all(end.as_bytes()).await;
        rest(&mut stream).await
    };
    let there_is_room_again = async {
        while status(&body_in_two_parts().await) != "HTTP/1.1 200 OK" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(20), there_is_room_again).await.expect("there is room again once they are gone");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_behind_a_trusted_proxy_count_towards_the_limit_of_the_client() {
    let app = open(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let half = |client: &str| half_a_body().replacen("host: x", &format!("host: x\r\nx-forwarded-for: {client}"), 1);
    let mut flood = Flood::begin(&app, (0..40).map(|_| ("127.0.0.1".to_owned(), half("203.0.113.7"))));
    flood.refusal("HTTP/1.1 429 Too Many Requests").await;
    let other = answer(&app, half("203.0.113.8")).await;
    assert_eq!(status(&other), "HTTP/1.1 408 Request Timeout", "another client of the proxy has its own limit");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_long_is_refused_before_it_is_sent() {
    let app = open(|_| {}).await;
    let mut stream = connect_from(&app, "127.0.0.1").await;
    stream.write_all(post("expect: 100-continue\r\ncontent-length: 65537\r\n", "").as_bytes()).await.unwrap();
    let said = rest(&mut stream).await;
    assert_eq!(status(&said), "HTTP/1.1 413 Payload Too Large");
    assert!(said.contains("at most 65536 bytes"), "{said}");

    let mut stream = connect_from(&app, "127.0.0.1").await;
    let lines = format!("expect: 100-continue\r\ncontent-length: {}\r\n", TYPENAME.len());
    stream.write_all(post(&lines, "").as_bytes()).await.unwrap();
    let mut said = [0; 25];
    timeout(IN_TIME, stream.read_exact(&mut said)).await.expect("in time").unwrap();
    assert_eq!(&said, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(TYPENAME.as_bytes()).await.unwrap();
    assert_eq!(status(&rest(&mut stream).await), "HTTP/1.1 200 OK");

    // A client that sends it all the same can read why it was refused.
    let long = answer(&app, post("content-length: 1000000\r\n", &" ".repeat(1_000_000))).await;
    assert_eq!(status(&long), "HTTP/1.1 413 Payload Too Large");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_starts_with_http_2_gets_a_response_in_http_1_1() {
    let app = open(|_| {}).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    for preface in [[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &settings].concat()] {
        let said = answer(&app, &preface).await;
        assert_eq!(status(&said), "HTTP/1.1 505 HTTP Version Not Supported");
        assert!(said.ends_with("\r\n\r\nUse HTTP/1.1.\n"), "{said}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_must_have_exactly_one_host() {
    let app = open(|_| {}).await;
    let metrics = app.metrics_url();
    let metrics = metrics.trim_start_matches("http://").trim_end_matches("/metrics").to_owned();
    for (lines, refused) in [
        ("host: x\r\n", false),
        ("host: accounts.example.com:8000\r\n", false),
        ("host: [::1]:8000\r\n", false),
        ("", true),
        ("host: x\r\nhost: x\r\n", true),
        ("host: x\r\nHost: y\r\n", true),
        ("host:\r\n", true),
        ("host: x y\r\n", true),
        ("host: x/graphql\r\n", true),
        ("host: ada@x\r\n", true),
    ] {
        for request in
            ["GET /healthz", "GET /graphql?query=%7B__typename%7D", "OPTIONS /graphql", "GET /nowhere", "PUT /graphql"]
        {
            let said = answer(&app, format!("{request} HTTP/1.1\r\n{lines}connection: close\r\n\r\n")).await;
            assert_eq!(status(&said) == "HTTP/1.1 400 Bad Request", refused, "{request} {lines}: {said}");
        }
        let mut stream = TcpStream::connect(&metrics).await.unwrap();
        stream
            .write_all(format!("GET /metrics HTTP/1.1\r\n{lines}connection: close\r\n\r\n").as_bytes())
            .await
            .unwrap();
        assert_eq!(status(&rest(&mut stream).await) == "HTTP/1.1 400 Bad Request", refused, "/metrics {lines}");
    }
    let old = answer(&app, "GET /healthz HTTP/1.0\r\n\r\n").await;
    assert_eq!(status(&old), "HTTP/1.0 200 OK", "HTTP/1.0 knows no Host");
    app.stop().await;
}
