//! Origins: which pages may open a WebSocket.

use tokio_tungstenite::tungstenite::http::StatusCode;

use super::endpoint;
use crate::support::{
    TestApp,
    database::{Kind, TestDatabase},
    subscriber::{PROTOCOL, Subscriber},
};

/// The trusted proxies, whether HTTPS is required, the headers, the origin, and whether it may connect.
type Row<'r> = (&'r str, bool, &'r [(&'static str, &'r str)], &'r str, bool);

/// Whether a page of this origin may connect, with these other headers.
async fn connects(app: &TestApp, origin: &str, more: &[(&'static str, &str)]) -> bool {
    let headers = [&[("sec-websocket-protocol", PROTOCOL), ("origin", origin)], more].concat();
    match Subscriber::connect(&endpoint(app), &headers).await {
        Ok(_) => true,
        Err(status) => {
            assert_eq!(status, StatusCode::FORBIDDEN);
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_may_connect_from_the_scheme_host_and_port_of_the_server() {
    let without_tls = [("host", "app.example")];
    let by_proxy = [("host", "app.example"), ("x-forwarded-proto", "https")];
    let by_websocket_proxy = [("host", "app.example"), ("x-forwarded-proto", "wss")];
    let by_two_proxies = [("host", "app.example"), ("x-forwarded-proto", "https, http")];
    let proxy_without_tls = [("host", "app.example"), ("x-forwarded-proto", "http")];
    let port = [("host", "app.example:8443"), ("x-forwarded-proto", "HTTPS")];
    let default_port = [("host", "app.example:443"), ("x-forwarded-proto", "https")];
    let table: [Row; 22] = [
        ("", false, &without_tls, "http://app.example", true),
        ("", false, &without_tls, "http://APP.example", true),
        ("", false, &without_tls, "https://app.example", false),
        ("", false, &without_tls, "://app.example", false),
        ("", false, &without_tls, "app.example", false),
        ("", false, &without_tls, "ftp://app.example", false),
        ("", false, &without_tls, "http://app.example.evil.example", false),
        ("", false, &without_tls, "http://app.example:81", false),
        ("", false, &without_tls, "http://", false),
        ("", false, &without_tls, "null", false),
        ("", true, &without_tls, "https://app.example", true),
        ("", true, &without_tls, "http://app.example", false),
        // Without a trusted proxy, the client may have forged the header.
        ("", false, &by_proxy, "https://app.example", false),
        ("127.0.0.1/32", false, &by_proxy, "https://app.example", true),
        ("127.0.0.1/32", false, &by_proxy, "http://app.example", false),
        ("127.0.0.1/32", false, &by_websocket_proxy, "https://app.example", true),
        ("127.0.0.1/32", false, &by_two_proxies, "https://app.example", true),
        ("127.0.0.1/32", false, &proxy_without_tls, "http://app.example", true),
        ("127.0.0.1/32", false, &proxy_without_tls, "https://app.example", false),
        ("127.0.0.1/32", false, &port, "https://app.example:8443", true),
        ("127.0.0.1/32", false, &port, "https://app.example", false),
        ("127.0.0.1/32", false, &default_port, "https://app.example", true),
    ];
    for setting in [("", false), ("", true), ("127.0.0.1/32", false)] {
        let database = TestDatabase::create(Kind::Sqlite).await;
        let app = TestApp::start_with(Kind::Sqlite, database, |config| {
            config.server.trusted_proxies = setting.0.split_whitespace().map(|net| net.parse().unwrap()).collect();
            config.server.https_only = setting.1;
        });
        let app = app.await;
        for (_, _, headers, origin, may) in table.iter().filter(|row| (row.0, row.1) == setting) {
            assert_eq!(connects(&app, origin, headers).await, *may, "{setting:?} {headers:?} {origin}");
        }
        app.stop().await;
    }
}
