//! The endpoint: methods, media types, sizes, origins, probes.

use reqwest::{Method, Response, header};
use serde_json::{Value, json};

use crate::support::{TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![
    a_get_request_may_be_a_query_and_no_mutation,
    a_get_request_must_not_contain_a_secret,
    only_json_is_accepted,
    the_status_depends_on_the_media_type,
    bodies_that_are_not_a_request_are_refused,
    a_body_of_fifty_megabytes_is_refused,
    other_methods_get_the_allowed_ones,
    only_allowed_origins_may_send_requests,
    the_bearer_scheme_is_case_insensitive_and_must_occur_once,
    a_trusted_proxy_names_the_address_of_the_client,
    health_and_readiness_are_reported,
    graphiql_is_served_and_loads_nothing_from_elsewhere,
];

async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<reqwest::Body>,
) -> Response {
    let mut request = reqwest::Client::new().request(method, app.url(path)).body(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the server answers")
}

/// As a literal or in a variable, under another name or in a fragment, and in an operation that is not asked for.
async fn a_get_request_must_not_contain_a_secret(app: &TestApp) {
    let login = "login(input:{identifier:\"a\",password:\"s\"}){__typename}";
    for (document, more) in [
        ("{verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("query($t:String!){verifyToken(token:$t){valid}}".to_owned(), "&variables={\"t\":\"s\"}"),
        ("{a:verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("{...F} fragment F on Query{verifyToken(token:\"s\"){valid}}".to_owned(), ""),
        ("{...{__typename ...{verifyToken(token:\"s\"){valid}}}}".to_owned(), ""),
        ("{verifyToken(token:\"s\")@skip(if:true){valid}}".to_owned(), ""),
        ("query A{__typename} query B{verifyToken(token:\"s\"){valid}}".to_owned(), "&operationName=A"),
        (format!("query A{{__typename}} mutation B{{{login}}}"), "&operationName=A"),
        (format!("mutation{{{login}}}"), ""),
    ] {
        let response = send(app, Method::GET, &format!("/graphql?query={document}{more}"), &[], "").await;
        assert_eq!(response.status(), 405, "{document}");
        assert_eq!(response.headers()[header::ALLOW], "POST", "{document}");
        assert_eq!(response.json::<Value>().await.unwrap()["data"], Value::Null, "{document}");
    }
    assert_eq!(app.hash_rounds().await, 0);
}

const JSON: (&str, &str) = ("content-type", "application/json");
const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

async fn a_get_request_may_be_a_query_and_no_mutation(app: &TestApp) {
    let response = send(app, Method::GET, "/graphql?query=%7B__typename%7D", &[], "").await;
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["__typename"], "Query");

    let variables = "query=query(%24n:String!)%7B__type(name:%24n)%7Bname%7D%7D&variables=%7B%22n%22:%22User%22%7D";
    let response = send(app, Method::GET, &format!("/graphql?{variables}"), &[], "").await;
    assert_eq!(response.json::<Value>().await.unwrap()["data"]["__type"]["name"], "User");

    let login = format!(
        "mutation%20M%7Blogin(input:%7Bidentifier:%22ada%22,password:%22{}%22%7D)%7B__typename%7D%7D",
        "x".repeat(12)
    );
    for query in
        [login.clone(), format!("{login}&operationName=M"), format!("query%20Q%7B__typename%7D{login}&operationName=M")]
    {
        let response = send(app, Method::GET, &format!("/graphql?query={query}"), &[], "").await;
        assert_eq!(response.status(), 405, "{query}");
        assert_eq!(response.headers()[header::ALLOW], "POST");
    }
    assert_eq!(app.hash_rounds().await, 0);

    for query in ["", "?query=", "?variables=%7B%7D", "?query=%7Ba%7D&variables=1", "?query=%7Ba%7D&variables=%7B"] {
        let response =
            send(app, Method::GET, &format!("/graphql{query}"), &[("accept", "application/graphql-response+json")], "")
                .await;
        assert_eq!(response.status(), 400, "{query}");
    }
}

async fn only_json_is_accepted(app: &TestApp) {
    for taken in ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        let response = send(app, Method::POST, "/graphql", &[("content-type", taken)], TYPENAME).await;
        assert_eq!(response.status(), 200, "{taken}");
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
    let new = "application/graphql-response+json";
    for (accept, document, status, answered) in [
        ("application/json", "{ __typename }", 200, "application/json"),
        ("application/json", "{ nope }", 200, "application/json"),
        (new, "{ __typename }", 200, new),
        (new, "{ profile { id } }", 200, new),
        (new, "{ nope }", 400, new),
        (new, "{", 400, new),
        ("text/html", "{ __typename }", 406, "application/json"),
    ] {
        let body = json!({ "query": document }).to_string();
        let response = send(app, Method::POST, "/graphql", &[JSON, ("accept", accept)], body).await;
        assert_eq!(response.status(), status, "{accept} {document}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], format!("{answered}; charset=utf-8"));
    }
}

async fn bodies_that_are_not_a_request_are_refused(app: &TestApp) {
    for body in [
        "",
        "{",
        "null",
        "1",
        "\"{ __typename }\"",
        "[]",
        "{}",
        r#"[{"query":"{ __typename }"}]"#,
        r#"{"query":1}"#,
        r#"{"query":null}"#,
        r#"{"query":["{ __typename }"]}"#,
        r#"{"query":"{ __typename }","variables":[]}"#,
        r#"{"query":"{ __typename }","variables":"{}"}"#,
        r#"{"query":"{ __typename }","operationName":1}"#,
        r#"{"query":"{ __typename }","extensions":1}"#,
        "\u{feff}{}",
        r#"{"query":"{ __typename }"} trailing"#,
    ] {
        let response = send(app, Method::POST, "/graphql", &[JSON], body).await;
        assert_eq!(response.status(), 400, "{body}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT", "{body}");
    }
    let response = send(app, Method::POST, "/graphql", &[JSON], vec![0xff, 0xfe]).await;
    assert_eq!(response.status(), 400);
}

async fn a_body_of_fifty_megabytes_is_refused(app: &TestApp) {
    let body = vec![b' '; 50 * 1024 * 1024];
    let sent = reqwest::Client::new().post(app.url("/graphql")).header(JSON.0, JSON.1).body(body).send().await;
    // A client that goes on sending may find the line cut before it reads the answer.
    if let Ok(response) = sent {
        assert_eq!(response.status(), 413);
    }
    let just_too_much = format!("{}{}", " ".repeat(64 * 1024), TYPENAME);
    assert_eq!(send(app, Method::POST, "/graphql", &[JSON], just_too_much).await.status(), 413);
    let just_enough = format!("{}{}", " ".repeat(64 * 1024 - TYPENAME.len()), TYPENAME);
    assert_eq!(send(app, Method::POST, "/graphql", &[JSON], just_enough).await.status(), 200);
}

async fn other_methods_get_the_allowed_ones(app: &TestApp) {
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let response = send(app, method.clone(), "/graphql", &[JSON], TYPENAME).await;
        assert_eq!(response.status(), 405, "{method}");
        assert_eq!(response.headers()[header::ALLOW], "GET, POST");
    }
}

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
    // A server has no origin, and is answered like anybody else.
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
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    })
    .await;
    let document = r#"{"query":"mutation { register(input: {username: \"ada\", password: \"correct horse battery\"}) { ... on RegisterSuccess { session { ipAddress } } } }"}"#;
    for (app, seen) in [(app, "127.0.0.1"), (&behind, "198.51.100.1")] {
        let headers = [JSON, ("x-forwarded-for", "6.6.6.6, 198.51.100.1")];
        let answer: Value = send(app, Method::POST, "/graphql", &headers, document).await.json().await.unwrap();
        assert_eq!(at(&answer, "data.register.session.ipAddress"), seen);
    }
    behind.stop().await;
}

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
    // A proxy may show the page below a prefix: then an absolute path leads elsewhere.
    let script = send(app, Method::GET, "/graphiql/page.js", &[], "").await.text().await.unwrap();
    for text in [&html, &script] {
        assert!(!text.contains("\"/"), "{text}");
    }
    assert!(!html.contains("http"), "{html}");
    assert_eq!(send(app, Method::GET, "/graphiql/../mod.rs", &[], "").await.status(), 404);
}
