//! Brackets within brackets: the parser calls itself for each, and would take the whole process down with it.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestApp, at, on_both_databases};

on_both_databases![
    every_nesting_depth_is_parsed_or_refused_wherever_the_brackets_are,
    brackets_after_an_unterminated_string_are_not_parsed,
];

/// What becomes of a document, by body and by link alike.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// It was parsed; it need not make sense.
    Parsed,
    /// Too many brackets are open at once, or it is too long to be looked at.
    TooComplex,
}

async fn every_nesting_depth_is_parsed_or_refused_wherever_the_brackets_are(app: &TestApp) {
    for depth in [64, 65, 1_500, 20_000] {
        let within = if depth <= 64 { Fate::Parsed } else { Fate::TooComplex };
        // Those two stand within others: the selection, and for values the arguments of its field.
        let (inner, values) = (depth - 1, depth - 2);
        let list = format!("{{verifyToken(token:{}", nested("[", "1", "]", values));
        let object = format!("{{verifyToken(token:{}", nested("{a:", "1", "}", values));
        let selection = nested("{a", "", "}", depth);
        let fragments = format!("{{{}", nested("...{", "a", "}", inner));
        let brackets = "[({".repeat(depth / 3);
        for (what, document, fate) in [
            ("list", closed(&list), within),
            ("object", closed(&object), within),
            ("selection", selection, Fate::TooComplex),
            ("fragments", closed(&fragments), Fate::TooComplex),
            ("string", format!("{{verifyToken(token:\"{brackets}\"){{valid}}}}"), Fate::Parsed),
            (
                "block string",
                format!("{{verifyToken(token:\"\"\"{brackets}\n\"{brackets}\"\"\"){{valid}}}}"),
                longer(depth),
            ),
            ("comment", format!("{{__typename #{brackets}\n}}"), Fate::Parsed),
        ] {
            assert_eq!(by_body(app, &document).await, fate, "{depth} by body as {what}");
            if let Some(by_link) = by_link(app, &document).await {
                assert_eq!(by_link, fate, "{depth} by link as {what}");
            }
        }
        // Nothing of a variable is parsed as GraphQL; JSON has a limit of its own.
        let variables = format!("{{\"a\":{}}}", nested("[", "1", "]", depth));
        let wanted = if depth < 100 { 200 } else { 400 };
        let by_link = if depth > 8_000 { 431 } else { wanted };
        assert_eq!(with_variables(app, &variables).await, [wanted, by_link], "{depth} in a variable");
    }
    assert_eq!(app.anonymous().execute("{ __typename }", json!({})).await["data"]["__typename"], "Query");
}

/// The text comes twice in it, and 20,000 twice is more than a document may have.
fn longer(depth: usize) -> Fate {
    if depth < 16_000 { Fate::Parsed } else { Fate::TooComplex }
}

/// So many brackets, closed again where a document may be that long.
fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    let close = if depth > 10_000 { String::new() } else { close.repeat(depth) };
    format!("{}{inside}{close}", open.repeat(depth))
}

fn closed(begun: &str) -> String {
    let arguments = if begun.contains('(') { "){valid}" } else { "" };
    format!("{begun}{arguments}}}")
}

async fn by_body(app: &TestApp, document: &str) -> Fate {
    fate(app.anonymous().post(&json!({ "query": document })).await).await
}

/// Hardly anything is encoded, so that long ones fit into a link. Nothing for one that does not.
async fn by_link(app: &TestApp, document: &str) -> Option<Fate> {
    let query = document.replace('#', "%23").replace('\n', "%0A");
    let link = app.url(&format!("/graphql?query={query}"));
    // The head of a request has at most 16 kB.
    if link.len() > 16_000 {
        return None;
    }
    Some(fate(reqwest::get(link).await.expect("the process lives")).await)
}

async fn fate(response: Response) -> Fate {
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Fate::TooComplex;
    }
    // A document that takes a token is refused in a link once it is parsed.
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        return Fate::Parsed;
    }
    let answer: Value = response.json().await.expect("JSON");
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("QUERY_TOO_COMPLEX") => Fate::TooComplex,
        None | Some("GRAPHQL_VALIDATION_FAILED") => Fate::Parsed,
        Some(_) => panic!("{answer}"),
    }
}

async fn with_variables(app: &TestApp, variables: &str) -> [u16; 2] {
    let body = format!(r#"{{"query":"{{__typename}}","variables":{variables}}}"#);
    let post = reqwest::Client::new().post(app.url("/graphql")).header("content-type", "application/json").body(body);
    let get = reqwest::get(app.url(&format!("/graphql?query={{__typename}}&variables={variables}")));
    [post.send().await.expect("answered").status().as_u16(), get.await.expect("answered").status().as_u16()]
}

/// The parser would take `"""` for an empty string and see brackets where a naive scan sees text.
async fn brackets_after_an_unterminated_string_are_not_parsed(app: &TestApp) {
    let hidden = format!("{}{}", "[".repeat(50), r#""]""#.repeat(50)).repeat(10);
    let document = |opening: String| format!("{{verifyToken(token:{opening}{hidden}{}){{valid}}}}", "]".repeat(600));
    for (document, code) in [
        (document(r#"["""]"#.repeat(50)), "GRAPHQL_PARSE_FAILED"),
        (document(r#"["""]"#.repeat(51)), "GRAPHQL_PARSE_FAILED"),
        (document(r#"["""a""#.to_owned()), "GRAPHQL_PARSE_FAILED"),
        (format!(r#"{{verifyToken(token:["""a"{}"#, "[".repeat(5000)), "GRAPHQL_PARSE_FAILED"),
    ] {
        let answer = app.anonymous().execute(&document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), code, "{answer}");
    }
}
