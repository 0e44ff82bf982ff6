//! The endpoint `/graphql` and the other paths of the server.

mod bodies;
mod callers;
mod get_requests;
mod media_types;
mod paths;

use reqwest::{Method, Response};

use crate::support::TestApp;

const JSON: (&str, &str) = ("content-type", "application/json");
const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

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
