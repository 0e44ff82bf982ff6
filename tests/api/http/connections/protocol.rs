//! The version of HTTP, and the host of a request.

use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{answer, rest, start, status};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_starts_with_http_2_gets_a_response_in_http_1_1() {
    let app = start(|_| {}).await;
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    for preface in [[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &settings].concat()] {
        let response = answer(&app, &preface).await;
        assert_eq!(status(&response), "HTTP/1.1 505 HTTP Version Not Supported");
        assert!(response.ends_with("\r\n\r\nUse HTTP/1.1.\n"), "{response}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_must_have_exactly_one_host() {
    let app = start(|_| {}).await;
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
            let response = answer(&app, format!("{request} HTTP/1.1\r\n{lines}connection: close\r\n\r\n")).await;
            assert_eq!(status(&response) == "HTTP/1.1 400 Bad Request", refused, "{request} {lines}: {response}");
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
