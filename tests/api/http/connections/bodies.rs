//! Limits of bodies: the size of each, and the bytes in transfer for each network and for all.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::mpsc,
    task::JoinSet,
    time::timeout,
};

use super::{
    IN_TIME, TYPENAME, address, answer, answer_from, answer_on, connect, connect_from, post, rest, start, status,
};
use crate::support::TestApp;

/// A request with 60 kB of a longer body.
fn half_a_body() -> String {
    post("content-length: 65000\r\n", &" ".repeat(60_000))
}

/// Clients that repeatedly send half a body and wait, until this is dropped; and the responses that they get.
struct Flood {
    #[expect(dead_code, reason = "is held, not read")]
    clients: JoinSet<()>,
    answers: mpsc::UnboundedReceiver<String>,
}

impl Flood {
    /// Starts a client for each pair of an address and a request.
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

    /// Waits until one of them is refused with this status. When that happens depends on the machine.
    async fn refusal(&mut self, expected: &str) -> String {
        let refused = async {
            loop {
                let answer = self.answers.recv().await.expect("the clients are running");
                if status(&answer) == expected {
                    return answer;
                }
            }
        };
        timeout(Duration::from_mins(1), refused).await.expect("a refusal")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_in_transfer_are_limited_for_each_network_and_for_all() {
    let app = start(|_| {}).await;
    let whole = post(&format!("content-length: {}\r\n", TYPENAME.len()), TYPENAME);

    let mut one_network = Flood::begin(&app, (0..40).map(|_| ("127.0.0.2".to_owned(), half_a_body())));
    let refused = one_network.refusal("HTTP/1.1 429 Too Many Requests").await;
    assert!(refused.contains("SERVICE_UNAVAILABLE") && refused.contains("1048576 bytes"), "{refused}");
    for address in ["127.0.0.1", "127.0.0.2"] {
        let answer = answer_from(&app, address, whole.as_bytes()).await;
        assert_eq!(status(&answer), "HTTP/1.1 200 OK", "a small body from {address} is accepted");
    }
    let other = answer(&app, half_a_body()).await;
    assert_eq!(
        status(&other),
        "HTTP/1.1 408 Request Timeout",
        "the body of another network is not refused but times out"
    );
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
        // The server may have refused the body and closed the connection.
        let _ = stream.write_all(end.as_bytes()).await;
        rest(&mut stream).await
    };
    let accepted_again = async {
        while status(&body_in_two_parts().await) != "HTTP/1.1 200 OK" {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(20), accepted_again)
        .await
        .expect("bodies are accepted again after the clients have stopped");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_behind_a_trusted_proxy_count_towards_the_limit_of_the_client() {
    let app = start(|config| config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await;
    let half = |client: &str| half_a_body().replacen("host: x", &format!("host: x\r\nx-forwarded-for: {client}"), 1);
    let mut flood = Flood::begin(&app, (0..40).map(|_| ("127.0.0.1".to_owned(), half("203.0.113.7"))));
    flood.refusal("HTTP/1.1 429 Too Many Requests").await;
    let other = answer(&app, half("203.0.113.8")).await;
    assert_eq!(status(&other), "HTTP/1.1 408 Request Timeout", "another client of the proxy has its own limit");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_long_is_refused_before_it_is_sent() {
    let app = start(|_| {}).await;
    let mut stream = connect_from(&app, "127.0.0.1").await;
    stream.write_all(post("expect: 100-continue\r\ncontent-length: 65537\r\n", "").as_bytes()).await.unwrap();
    let response = rest(&mut stream).await;
    assert_eq!(status(&response), "HTTP/1.1 413 Payload Too Large");
    assert!(response.contains("at most 65536 bytes"), "{response}");

    let mut stream = connect_from(&app, "127.0.0.1").await;
    let lines = format!("expect: 100-continue\r\ncontent-length: {}\r\n", TYPENAME.len());
    stream.write_all(post(&lines, "").as_bytes()).await.unwrap();
    let mut response = [0; 25];
    timeout(IN_TIME, stream.read_exact(&mut response)).await.expect("in time").unwrap();
    assert_eq!(&response, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(TYPENAME.as_bytes()).await.unwrap();
    assert_eq!(status(&rest(&mut stream).await), "HTTP/1.1 200 OK");

    // A client that sends the body anyway can read the refusal.
    let long = answer(&app, post("content-length: 1000000\r\n", &" ".repeat(1_000_000))).await;
    assert_eq!(status(&long), "HTTP/1.1 413 Payload Too Large");
    app.stop().await;
}
