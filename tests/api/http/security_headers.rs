//! Headers that every response has: for browsers, caches, and the correlation with the log.

use reqwest::{Method, Response, header};

use crate::support::{TestApp, database::TestDatabase, on_both_databases};

const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

on_both_databases!(
    responses_must_not_be_cached,
    every_response_has_security_headers,
    strict_transport_security_is_sent_only_if_configured,
);

async fn send(app: &TestApp, method: Method, path: &str, body: &'static str) -> Response {
    let request = reqwest::Client::new().request(method, app.url(path)).body(body);
    request.header("content-type", "application/json").send().await.expect("the server answers")
}

async fn responses_must_not_be_cached(app: &TestApp) {
    let response = send(app, Method::POST, "/graphql", TYPENAME).await;
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(response.headers()["x-request-id"].len(), 32);
}

async fn every_response_has_security_headers(app: &TestApp) {
    for (method, path, body) in [
        (Method::POST, "/graphql", TYPENAME),
        (Method::POST, "/graphql", "no request"),
        (Method::DELETE, "/graphql", ""),
        (Method::GET, "/healthz", ""),
        (Method::GET, "/.well-known/jwks.json", ""),
        (Method::GET, "/", ""),
        (Method::GET, "/graphiql/page.js", ""),
        (Method::GET, "/nowhere", ""),
    ] {
        let response = send(app, method, path, body).await;
        let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let policy = header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.ends_with("frame-ancestors 'none'"), "{path}");
        assert_eq!(header("x-content-type-options").unwrap(), "nosniff", "{path}");
        assert_eq!(header("x-frame-options").unwrap(), "DENY", "{path}");
        assert_eq!(header("referrer-policy").unwrap(), "no-referrer", "{path}");
        assert_eq!(header("cross-origin-resource-policy").unwrap(), "same-origin", "{path}");
        assert_eq!(header("strict-transport-security"), None, "{path}");
        assert_eq!(header("server"), None, "{path}");
    }
}

async fn strict_transport_security_is_sent_only_if_configured(app: &TestApp) {
    let behind_tls =
        TestApp::start_with(app.kind, TestDatabase::create(app.kind).await, |config| config.server.https_only = true)
            .await;
    let response = send(&behind_tls, Method::POST, "/graphql", TYPENAME).await;
    assert_eq!(response.headers()[header::STRICT_TRANSPORT_SECURITY], "max-age=63072000");
    behind_tls.stop().await;
}
