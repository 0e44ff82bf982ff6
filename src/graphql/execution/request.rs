//! A request: a document, which of its operations, and its variables.

use std::fmt;

use serde_json::{Map, Value as Json};

use super::transport::Transport;

/// One operation, as a client asks for it.
pub struct Request {
    /// The GraphQL document, or which of the trusted ones.
    pub document: DocumentSource,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The values of its variables.
    pub variables: Map<String, Json>,
    /// How it came.
    pub transport: Transport,
}

/// A document, or its name.
pub enum DocumentSource {
    /// Its text.
    Text(String),
    /// Its id in the manifest of trusted documents or, where there is none, the hash of a text that was sent before.
    Id(String),
}

/// Variables may hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request")
    }
}
