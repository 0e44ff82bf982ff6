//! Where and in which format metrics are served.

use std::net::TcpListener;

use serde_json::json;

use crate::support::{
    TestApp,
    metrics::read,
    on_both_databases,
    program::{Server, latchkey},
};

on_both_databases!(metrics_are_served_in_the_requested_format);

async fn metrics_are_served_in_the_requested_format(app: &TestApp) {
    app.anonymous().execute("{ __typename }", json!({})).await;
    let (open, classic) =
        ("application/openmetrics-text; version=1.0.0; charset=utf-8", "text/plain; version=0.0.4; charset=utf-8");
    for (accept, expected) in [
        (None, open),
        (Some("*/*"), open),
        (Some("application/openmetrics-text"), open),
        // Prometheus 2 and 3.
        (
            Some(
                "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            ),
            open,
        ),
        (
            Some(
                "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            ),
            open,
        ),
        (Some("text/plain"), classic),
        (Some("text/plain;version=0.0.4"), classic),
        (Some("text/plain;version=0.0.4;q=1,*/*;q=0.1"), classic),
        (Some("text/html,text/*;q=0.9"), classic),
    ] {
        let mut request = reqwest::Client::new().get(app.metrics_url());
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], expected, "{accept:?}");
        let text = response.text().await.unwrap();
        let is_open = expected == open;
        assert_eq!(text.ends_with("# EOF\n"), is_open, "{accept:?}");
        assert_eq!(text.contains("# TYPE latchkey_hash_rounds counter"), is_open, "{accept:?}");
        assert_eq!(text.contains("# TYPE latchkey_hash_rounds_total counter"), !is_open, "{accept:?}");
        assert!(text.contains("\nhttp_server_request_duration_seconds_count{"), "{text}");
    }
}

#[test]
fn metrics_have_a_separate_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &[]));
    let logged = server.startup_log.split_once("metrics available url=").expect("the log has the URL").1;
    let url = logged.split_whitespace().next().unwrap().to_owned();
    let (metrics, status) = tokio::runtime::Runtime::new().unwrap().block_on(async {
        let public = reqwest::get(server.endpoint.replace("/graphql", "/metrics")).await.unwrap();
        (read(&url).await, public.status())
    });
    assert!(metrics.contains("latchkey_build_info"), "{metrics}");
    assert_eq!(status, 404, "the public address has no metrics");
    server.stop();
}

#[test]
fn a_configured_metrics_address_in_use_is_an_error_and_the_default_one_in_use_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = latchkey(folder.path(), &["--metrics-bind", &address, "--bind", "127.0.0.1:0"]).output().unwrap();
    assert!(!refused.status.success());
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(error.contains(&format!("cannot listen on {address}")), "{error}");

    // The default port is in use: by this test, or by another program on this machine.
    let usual = TcpListener::bind("127.0.0.1:9090");
    let mut command = latchkey(folder.path(), &[]);
    command.env_remove("METRICS_BIND");
    let server = Server::start(command);
    assert!(
        server.startup_log.contains("no metrics: cannot listen on METRICS_BIND address=127.0.0.1:9090"),
        "{}",
        server.startup_log
    );
    drop(usual);
    server.stop();

    let mut command = latchkey(folder.path(), &[]);
    command.env("METRICS_BIND", "");
    let server = Server::start(command);
    assert!(!server.startup_log.contains("metrics"), "{}", server.startup_log);
    server.stop();
}
