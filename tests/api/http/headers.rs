//! Headers as common clients and proxies write them: `Accept`, `Content-Type`, `X-Forwarded-For`, `Origin`.

use latchkey::config::Config;
use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::support::{
    TestApp, at,
    database::{Kind, TestDatabase},
};

const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;
const JSON: (&str, &str) = ("content-type", "application/json");

async fn start(adjust: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::start_with(Kind::Sqlite, TestDatabase::create(Kind::Sqlite).await, adjust).await
}

/// A configuration with only this setting.
fn configured(name: &'static str, value: &str) -> Config {
    Config::check(&[(name, value)].into()).expect("the setting is accepted")
}

async fn send(method: Method, url: String, headers: &[(&str, &str)], body: &str) -> Response {
    let mut request = reqwest::Client::new().request(method, url).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the server answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_accept_headers_of_common_clients_get_a_response() {
    let app = start(|_| {}).await;
    let (json, graphql) = (Some("application/json"), Some("application/graphql-response+json"));
    for (accept, expected) in [
        // Java's HttpURLConnection before and since JDK 19.
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", json),
        ("text/html, image/gif, image/jpeg, */*; q=0.2", json),
        // curl, Python's requests, Go; an empty header.
        ("*/*", json),
        ("", json),
        (" ", json),
        // axios, Angular, Chrome's address bar.
        ("application/json, text/plain, */*", json),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", json),
        // Apollo Client 3 and 4, urql, graphql-request, Relay's example.
        ("application/graphql-response+json,application/json;q=0.9", graphql),
        (
            "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed",
            json,
        ),
        ("application/graphql-response+json, application/json", json),
        ("multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json", json),
        // Spring's RestTemplate and WebClient.
        ("application/json, application/*+json", json),
        ("application/*+json", graphql),
        // Weights in every spelling.
        ("application/json;q=.9", json),
        ("application/json;q=1.", json),
        ("application/json;q=0.9999", json),
        ("application/json;q=high", json),
        ("application/json;q=", json),
        ("application/json; Q = 0.5", json),
        ("application/json;q=\"0.5\"", json),
        ("application/json;q=0,5", json),
        ("*;q=0.1", json),
        ("*/*;q=0.1, application/graphql-response+json;q=.2", graphql),
        // Clients that accept neither.
        ("text/html", None),
        ("text/*, image/*;q=0.5", None),
        ("application/json;q=0, application/graphql-response+json;q=0.000", None),
        ("*/*;q=0", None),
        ("*;q=.0", None),
    ] {
        for (method, path, body) in
            [(Method::POST, "/graphql", TYPENAME), (Method::GET, "/graphql?query=%7B__typename%7D", "")]
        {
            let response = send(method, app.url(path), &[JSON, ("accept", accept)], body).await;
            assert_eq!(response.status(), if expected.is_some() { 200 } else { 406 }, "{accept:?}");
            let kind = response.headers()[header::CONTENT_TYPE].to_str().unwrap();
            assert_eq!(kind, format!("{}; charset=utf-8", expected.unwrap_or("application/json")), "{accept:?}");
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_is_accepted_in_utf_8_or_ascii_and_in_no_other_encoding() {
    let app = start(|_| {}).await;
    for (content_type, status) in [
        ("application/json", 200),
        ("application/json;charset=utf-8", 200),
        ("application/json; charset=\"UTF-8\"", 200),
        ("application/json; charset=utf8", 200),
        ("application/json; charset=UTF8", 200),
        ("application/json; charset=us-ascii", 200),
        ("application/json; charset = utf-8", 200),
        ("application/json; odata.metadata=minimal; charset=utf-8", 200),
        ("application/json;", 200),
        ("APPLICATION/JSON", 200),
        ("application/json; charset=utf-16", 415),
        ("application/json; charset=iso-8859-1", 415),
        ("application/json; charset=utf-8; charset=utf-16", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain; x=application/json", 415),
        ("text/plain", 415),
        ("", 415),
    ] {
        let response = send(Method::POST, app.url("/graphql"), &[("content-type", content_type)], TYPENAME).await;
        assert_eq!(response.status(), status, "{content_type:?}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_spelling_of_an_address_matches_the_proxy_and_the_client() {
    let settings = [
        "127.0.0.1",
        "127.0.0.0/8",
        "::ffff:127.0.0.1",
        "::ffff:127.0.0.0/104",
        "[::ffff:7f00:1]",
        "10.0.0.1, ::ffff:127.0.0.1",
    ];
    let headers = [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("\"203.0.113.7\"", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
        ("198.51.100.1, 203.0.113.7, ", "203.0.113.7"),
        ("unknown", "127.0.0.1"),
    ];
    for setting in settings {
        let trusted = configured("TRUSTED_PROXIES", setting).server.trusted_proxies;
        let app = start(|config| config.server.trusted_proxies = trusted).await;
        for (n, (forwarded, expected)) in headers.into_iter().enumerate() {
            let document = "mutation($i: RegisterInput!) { register(input: $i) { ... on RegisterSuccess { session { ipAddress } } } }";
            let form = json!({ "username": format!("ada{n}"), "password": "correct horse battery" });
            let body = json!({ "query": document, "variables": { "i": form } }).to_string();
            let sent = send(Method::POST, app.url("/graphql"), &[JSON, ("x-forwarded-for", forwarded)], &body).await;
            let answer: Value = sent.json().await.unwrap();
            assert_eq!(at(&answer, "data.register.session.ipAddress"), expected, "{setting} {forwarded}");
        }
        app.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_origin_matches_in_every_spelling_of_the_setting() {
    let setting =
        "https://a.example:443, http://B.example:80/, capacitor://localhost, tauri://localhost, http://[0::1]:3000";
    let origins = configured("CORS_ORIGINS", setting).server.cors_origins;
    let app = start(|config| config.server.cors_origins = origins).await;
    for (origin, allowed) in [
        ("https://a.example", true),
        ("http://b.example", true),
        ("capacitor://localhost", true),
        ("tauri://localhost", true),
        ("http://[::1]:3000", true),
        ("http://a.example", false),
        ("https://a.example:8443", false),
        ("ionic://localhost", false),
        ("http://localhost", false),
        ("null", false),
    ] {
        let headers = [("origin", origin), ("access-control-request-method", "POST")];
        let preflight = send(Method::OPTIONS, app.url("/graphql"), &headers, "").await;
        let allowed_origin =
            preflight.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(allowed_origin.as_deref(), allowed.then_some(origin), "{origin}");
    }
    app.stop().await;
}

#[test]
fn a_setting_that_never_matches_is_refused() {
    for (name, value) in [
        ("TRUSTED_PROXIES", "::ffff:10.0.0.0/8"),
        ("TRUSTED_PROXIES", "0.0.0.0"),
        ("TRUSTED_PROXIES", "127.0.0.1:8000"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("CORS_ORIGINS", "https://a.example/app"),
        ("CORS_ORIGINS", "https://*.a.example"),
        ("CORS_ORIGINS", "a.example"),
        ("CORS_ORIGINS", "null"),
        ("CORS_ORIGINS", "file:///"),
        ("CORS_ORIGINS", "wss://a.example"),
    ] {
        let problems = Config::check(&[(name, value)].into()).unwrap_err();
        assert_eq!(problems.0.len(), 1, "{name}={value}: {problems}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_operation_name_counts_as_absent() {
    let app = start(|_| {}).await;
    let body = json!({ "query": "query A { __typename }", "operationName": "" }).to_string();
    for (method, path, body) in [
        (Method::POST, "/graphql", &*body),
        (Method::GET, "/graphql?query=query%20A%7B__typename%7D&operationName=", ""),
        (Method::POST, "/graphql/", TYPENAME),
        (Method::GET, "/graphql/?query=%7B__typename%7D", ""),
    ] {
        let answer: Value = send(method, app.url(path), &[JSON], body).await.json().await.unwrap();
        assert_eq!(at(&answer, "data.__typename"), "Query", "{path} {body}");
    }
    app.stop().await;
}
