//! Limits of the number of connections, for each network and for all.

use std::time::Duration;

use tokio::{
    io::AsyncReadExt,
    time::{Instant, timeout},
};

use super::{answer, connect_from, get, rest, start, status};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_with_as_many_connections_as_it_can_open_does_not_block_others() {
    let app = start(|config| config.server.max_clients = 160).await;
    let (begun, mut opened) = (Instant::now(), Vec::new());
    for _ in 0..400 {
        opened.push(connect_from(&app, "127.0.0.2").await);
    }
    // Before the silent connections are closed after five seconds.
    let response = timeout(Duration::from_secs(4), answer(&app, get("/healthz", ""))).await;
    assert_eq!(status(&response.expect("a response while they are open")), "HTTP/1.1 200 OK");

    let (mut accepted, mut last) = (0, String::new());
    for mut stream in opened {
        let mut beginning = [0; 12];
        match timeout(Duration::from_millis(100), stream.read(&mut beginning)).await {
            Ok(Ok(12)) => last = String::from_utf8_lossy(&beginning).into_owned() + &rest(&mut stream).await,
            // The connection was accepted, and is silent or was closed after five seconds.
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
    let app = start(|config| config.server.max_clients = 128).await;
    for _ in 0..50 {
        assert_eq!(status(&answer(&app, get("/healthz", "")).await), "HTTP/1.1 200 OK");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_proxy_may_have_more_connections_than_a_network() {
    let app = start(|config| {
        config.server.max_clients = 64;
        config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
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
    let app = start(|config| config.server.max_clients = 3).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(connect_from(&app, "127.0.0.1").await);
    }
    for path in ["/healthz", "/readyz"] {
        let url = app.metrics_url().replace("/metrics", path);
        let response = timeout(Duration::from_secs(4), reqwest::get(url)).await;
        assert_eq!(response.expect("a response while all slots are in use").unwrap().status(), 200, "{path}");
    }
    app.sql("DELETE FROM seaql_migrations WHERE version LIKE '%sessions'").await;
    let ready = reqwest::get(app.metrics_url().replace("/metrics", "/readyz")).await.unwrap();
    assert_eq!(ready.status(), 503);
    app.stop().await;
}
