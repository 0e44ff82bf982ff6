//! Lines about requests in the log, which clients must not be able to fill.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::program::{Server, latchkey};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_not_trusted_is_logged_once() {
    let folder = tempfile::tempdir().unwrap();
    for (trusted, lines) in [("none", 1), ("10.0.0.1", 1), ("127.0.0.1", 0)] {
        let server = Server::start(latchkey(folder.path(), &["--trusted-proxies", trusted]));
        for _ in 0..3 {
            let client = server.client(None).forwarded_for("203.0.113.7");
            assert_eq!(client.post(&json!({ "query": "{ __typename }" })).await.status(), 200);
        }
        let log = server.stop();
        assert_eq!(log.matches("X-Forwarded-For is ignored").count(), lines, "{trusted}: {log}");
        assert!(!log.contains("203.0.113.7"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_requests_do_not_fill_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &[]));
    let path = format!("/{}", "y".repeat(8000));
    let (client, begun) = (reqwest::Client::new(), tokio::time::Instant::now());
    for n in 0..1000 {
        let method = if n % 100 == 1 { Method::from_bytes("Y".repeat(4000).as_bytes()).unwrap() } else { Method::GET };
        let url = server.endpoint.replace("/graphql", &path);
        // The log is not read meanwhile: a server whose log fills the pipe stops answering.
        let answer = tokio::time::timeout(Duration::from_secs(10), client.request(method, url).send()).await;
        assert_eq!(answer.expect("the log is short").unwrap().status(), 404);
    }
    let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    let log = server.stop();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("404")).collect();
    assert!((1..=20 * (seconds + 1)).contains(&lines.len()), "{} lines in {seconds} s", lines.len());
    assert!(lines.iter().all(|line| line.len() < 500), "{lines:?}");
    assert!(seconds < 2 || lines.iter().any(|line| line.contains("suppressed=")), "{lines:?}");
}
