//! Where a request comes from: origins, bearer tokens and proxies.

use reqwest::Method;
use serde_json::Value;

use super::{JSON, TYPENAME, send};
use crate::support::{TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![
    only_allowed_origins_may_send_requests,
    the_bearer_scheme_is_case_insensitive_and_must_occur_once,
    a_trusted_proxy_names_the_address_of_the_client,
];

async fn only_allowed_origins_may_send_requests(app: &TestApp) {
    let preflight = |origin| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,content-type,x-client"),
        ];
        async move { send(app, Method::OPTIONS, "/graphql", &headers, "").await }
    };
    let response = preflight("http://localhost:3000").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["access-control-allow-origin"], "http://localhost:3000");
    assert_eq!(response.headers()["access-control-allow-headers"], "authorization,content-type,x-client");
    assert_eq!(response.headers()["access-control-allow-credentials"], "true");

    for other in ["http://localhost:3001", "https://localhost:3000", "http://localhost:3000.evil.example", "null"] {
        let response = preflight(other).await;
        assert!(!response.headers().contains_key("access-control-allow-origin"), "{other}");
    }
    // A request without an origin, as servers send it, is answered.
    assert_eq!(send(app, Method::POST, "/graphql", &[JSON], TYPENAME).await.status(), 200);
}

async fn the_bearer_scheme_is_case_insensitive_and_must_occur_once(app: &TestApp) {
    let token = app.registered("ada@example.com").await.token.unwrap();
    let ask = async |headers: &[(&str, &str)]| {
        let headers = [&[JSON], headers].concat();
        let response = send(app, Method::POST, "/graphql", &headers, r#"{"query":"{ profile { email } }"}"#).await;
        let answer: Value = response.json().await.unwrap();
        (answer["data"]["profile"]["email"].clone(), answer["errors"][0]["extensions"]["reason"].clone())
    };
    let bearer = format!("bEARER {token}");
    assert_eq!(ask(&[("authorization", &bearer)]).await.0, "ada@example.com");
    assert_eq!(ask(&[("authorization", &bearer), ("authorization", &bearer)]).await.1, "INVALID");
    assert_eq!(ask(&[("authorization", "Basic YWRhOmFkYQ==")]).await.1, "MISSING");
    assert_eq!(ask(&[("authorization", "Bearer ")]).await.1, "INVALID");
    assert_eq!(ask(&[("authorization", "Bearer \u{e9}")]).await.1, "INVALID");
    assert_eq!(ask(&[("authorization", &token)]).await.1, "MISSING");
}

async fn a_trusted_proxy_names_the_address_of_the_client(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let behind = TestApp::start_with(app.kind, database, |config| {
        config.server.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let document = r#"{"query":"mutation { register(input: {username: \"ada\", password: \"correct horse battery\"}) { ... on RegisterSuccess { session { ipAddress } } } }"}"#;
    for (app, expected) in [(app, "127.0.0.1"), (&behind, "198.51.100.1")] {
        let headers = [JSON, ("x-forwarded-for", "6.6.6.6, 198.51.100.1")];
        let answer: Value = send(app, Method::POST, "/graphql", &headers, document).await.json().await.unwrap();
        assert_eq!(at(&answer, "data.register.session.ipAddress"), expected);
    }
    behind.stop().await;
}
