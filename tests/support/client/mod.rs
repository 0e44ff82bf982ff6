//! A GraphQL client, as an application would use one.

mod account;
mod email;
mod sessions;

use std::time::Duration;

use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

/// Sends requests, with an access token if it has one.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    endpoint: String,
    pub token: Option<String>,
    headers: Vec<(&'static str, String)>,
}

/// What a client selects of an error of an operation that hashes a password.
const FAILED: &str = "... on UserError { code message }
    ... on TooManyAttempts { retryAfterSeconds }
    ... on ServerBusy { retryAfterSeconds }";

const REJECTED: &str = "... on TicketRejected { reason } ... on UserError { code message }";

const VIOLATED: &str = "... on ValidationFailed { violations { path rule message } }";

impl Client {
    pub fn new(endpoint: String, token: Option<String>) -> Self {
        // Shorter than the idle timeout of the server, so that no request meets a connection that is being closed.
        let http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(2)).build().expect("a client");
        Self { http, endpoint, token, headers: Vec::new() }
    }

    /// The same client behind a proxy that sends this `X-Forwarded-For`.
    pub fn forwarded_for(&self, addresses: &str) -> Self {
        self.with_header("x-forwarded-for", addresses)
    }

    /// The same client with another header.
    pub fn with_header(&self, name: &'static str, value: &str) -> Self {
        let headers = [self.headers.clone(), vec![(name, value.to_owned())]].concat();
        Self { headers, ..self.clone() }
    }

    /// Executes a document and returns the whole response, with its data and errors.
    pub async fn execute(&self, document: &str, variables: Value) -> Value {
        let response = self.post(&json!({ "query": document, "variables": variables })).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("JSON")
    }

    /// Posts a body and returns the HTTP response.
    pub async fn post(&self, body: &Value) -> Response {
        let mut request = self.http.post(&self.endpoint).json(body);
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.send().await.expect("the server answers")
    }
}
