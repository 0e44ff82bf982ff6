//! Methods and media types of requests and responses.

use reqwest::{Method, header};
use serde_json::json;

use super::{JSON, TYPENAME, send};
use crate::support::{TestApp, at, on_both_databases};

on_both_databases![only_json_is_accepted, the_status_depends_on_the_media_type, other_methods_get_the_allowed_ones,];

async fn only_json_is_accepted(app: &TestApp) {
    for accepted in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        let response = send(app, Method::POST, "/graphql", &[("content-type", accepted)], TYPENAME).await;
        assert_eq!(response.status(), 200, "{accepted}");
    }
    for other in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "application/json; charset=utf-16",
        "text/json",
        "",
    ] {
        let response = send(app, Method::POST, "/graphql", &[("content-type", other)], TYPENAME).await;
        assert_eq!(response.status(), 415, "{other}");
        assert_eq!(at(&response.json().await.unwrap(), "errors.0.extensions.code"), "BAD_USER_INPUT");
    }
    assert_eq!(send(app, Method::POST, "/graphql", &[], TYPENAME).await.status(), 415);
}

async fn the_status_depends_on_the_media_type(app: &TestApp) {
    let graphql = "application/graphql-response+json";
    for (accept, document, status, content_type) in [
        ("application/json", "{ __typename }", 200, "application/json"),
        ("application/json", "{ nope }", 200, "application/json"),
        (graphql, "{ __typename }", 200, graphql),
        (graphql, "{ profile { id } }", 200, graphql),
        (graphql, "{ nope }", 400, graphql),
        (graphql, "{", 400, graphql),
        ("text/html", "{ __typename }", 406, "application/json"),
    ] {
        let body = json!({ "query": document }).to_string();
        let response = send(app, Method::POST, "/graphql", &[JSON, ("accept", accept)], body).await;
        assert_eq!(response.status(), status, "{accept} {document}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], format!("{content_type}; charset=utf-8"));
    }
}

async fn other_methods_get_the_allowed_ones(app: &TestApp) {
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let response = send(app, method.clone(), "/graphql", &[JSON], TYPENAME).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()[header::ALLOW], "GET, POST");
    }
}
