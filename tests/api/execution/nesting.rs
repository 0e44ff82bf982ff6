//! Nested brackets: without a limit, the recursive parser would overflow the stack and end the process.

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{TestApp, at, on_both_databases};

on_both_databases![
    every_nesting_depth_is_parsed_or_refused_wherever_the_brackets_are,
    brackets_after_an_unterminated_string_are_not_parsed,
];

/// What the server does with a document, in a POST and a GET request alike.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    /// The document is parsed. It may be invalid.
    Parsed,
    /// The document is refused: it is nested too deeply, or too long.
    TooComplex,
}

async fn every_nesting_depth_is_parsed_or_refused_wherever_the_brackets_are(app: &TestApp) {
    for depth in [64, 65, 1_500, 20_000] {
        let within = if depth <= 64 { Outcome::Parsed } else { Outcome::TooComplex };
        // The tested brackets are inside a selection, and values are also inside arguments.
        let (inner, values) = (depth - 1, depth - 2);
        let list = format!("{{verifyToken(token:{}", nested("[", "1", "]", values));
        let object = format!("{{verifyToken(token:{}", nested("{a:", "1", "}", values));
        let selection = nested("{a", "", "}", depth);
        let fragments = format!("{{{}", nested("...{", "a", "}", inner));
        let brackets = "[({".repeat(depth / 3);
        for (what, document, outcome) in [
            ("list", closed(&list), within),
            ("object", closed(&object), within),
            ("selection", selection, Outcome::TooComplex),
            ("fragments", closed(&fragments), Outcome::TooComplex),
            ("string", format!("{{verifyToken(token:\"{brackets}\"){{valid}}}}"), Outcome::Parsed),
            (
                "block string",
                format!("{{verifyToken(token:\"\"\"{brackets}\n\"{brackets}\"\"\"){{valid}}}}"),
                longer(depth),
            ),
            ("comment", format!("{{__typename #{brackets}\n}}"), Outcome::Parsed),
        ] {
            assert_eq!(by_body(app, &document).await, outcome, "{depth} in a body as {what}");
            if let Some(by_link) = by_link(app, &document).await {
                assert_eq!(by_link, outcome, "{depth} in a link as {what}");
            }
        }
        // Variables are parsed as JSON, whose parser has its own limit.
        let variables = format!("{{\"a\":{}}}", nested("[", "1", "]", depth));
        let expected = if depth < 100 { 200 } else { 400 };
        let by_link = if depth > 8_000 { 431 } else { expected };
        assert_eq!(with_variables(app, &variables).await, [expected, by_link], "{depth} in a variable");
    }
    assert_eq!(app.anonymous().execute("{ __typename }", json!({})).await["data"]["__typename"], "Query");
}

/// The block string has the brackets twice, and twice 20,000 is longer than a document may be.
fn longer(depth: usize) -> Outcome {
    if depth < 16_000 { Outcome::Parsed } else { Outcome::TooComplex }
}

/// This many nested brackets, which are closed if the document is not too long for that.
fn nested(open: &str, inside: &str, close: &str, depth: usize) -> String {
    let close = if depth > 10_000 { String::new() } else { close.repeat(depth) };
    format!("{}{inside}{close}", open.repeat(depth))
}

fn closed(begun: &str) -> String {
    let arguments = if begun.contains('(') { "){valid}" } else { "" };
    format!("{begun}{arguments}}}")
}

async fn by_body(app: &TestApp, document: &str) -> Outcome {
    outcome(app.anonymous().post(&json!({ "query": document })).await).await
}

/// Sends a document in a link with minimal encoding. Returns `None` if it does not fit into a request head.
async fn by_link(app: &TestApp, document: &str) -> Option<Outcome> {
    let query = document.replace('#', "%23").replace('\n', "%0A");
    let link = app.url(&format!("/graphql?query={query}"));
    // A request head has at most 16 kB.
    if link.len() > 16_000 {
        return None;
    }
    Some(outcome(reqwest::get(link).await.expect("the server responds")).await)
}

async fn outcome(response: Response) -> Outcome {
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Outcome::TooComplex;
    }
    // A document with a token argument is refused in a link after it was parsed.
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        return Outcome::Parsed;
    }
    let answer: Value = response.json().await.expect("JSON");
    match answer["errors"][0]["extensions"]["code"].as_str() {
        Some("QUERY_TOO_COMPLEX") => Outcome::TooComplex,
        None | Some("GRAPHQL_VALIDATION_FAILED") => Outcome::Parsed,
        Some(_) => panic!("{answer}"),
    }
}

async fn with_variables(app: &TestApp, variables: &str) -> [u16; 2] {
    let body = format!(r#"{{"query":"{{__typename}}","variables":{variables}}}"#);
    let post = reqwest::Client::new().post(app.url("/graphql")).header("content-type", "application/json").body(body);
    let get = reqwest::get(app.url(&format!("/graphql?query={{__typename}}&variables={variables}")));
    [post.send().await.expect("answered").status().as_u16(), get.await.expect("answered").status().as_u16()]
}

/// Inside a string, the parser reads `"""` in another way than a simple scan, and may see brackets where the scan sees text.
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
