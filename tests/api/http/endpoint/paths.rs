//! Health checks and GraphiQL.

use reqwest::Method;

use super::send;
use crate::support::{TestApp, on_both_databases};

on_both_databases![health_and_readiness_are_reported, graphiql_is_served_and_loads_nothing_from_elsewhere,];

async fn health_and_readiness_are_reported(app: &TestApp) {
    assert_eq!(send(app, Method::GET, "/healthz", &[], "").await.status(), 200);
    assert_eq!(send(app, Method::GET, "/readyz", &[], "").await.status(), 200);
    app.sql("DELETE FROM seaql_migrations WHERE version LIKE '%sessions'").await;
    let response = send(app, Method::GET, "/readyz", &[], "").await;
    assert_eq!(response.status(), 503);
    assert_eq!(send(app, Method::GET, "/healthz", &[], "").await.status(), 200);
}

async fn graphiql_is_served_and_loads_nothing_from_elsewhere(app: &TestApp) {
    let page = send(app, Method::GET, "/", &[], "").await;
    assert_eq!(page.status(), 200);
    assert!(page.headers()["content-security-policy"].to_str().unwrap().starts_with("default-src 'none';"));
    let html = page.text().await.unwrap();
    let loaded: Vec<&str> = html.split(['"', '\'']).filter(|text| text.starts_with("graphiql/")).collect();
    assert_eq!(loaded.len(), 6, "{html}");
    for path in loaded {
        assert_eq!(send(app, Method::GET, &format!("/{path}"), &[], "").await.status(), 200, "{path}");
    }
    // A proxy may serve the page below a prefix, so its paths must be relative.
    let script = send(app, Method::GET, "/graphiql/page.js", &[], "").await.text().await.unwrap();
    for text in [&html, &script] {
        assert!(!text.contains("\"/"), "{text}");
    }
    assert!(!html.contains("http"), "{html}");
    assert_eq!(send(app, Method::GET, "/graphiql/../mod.rs", &[], "").await.status(), 404);
}
