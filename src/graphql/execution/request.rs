//! A GraphQL request: a document, an operation name and variable values (specification, section 6.1).

use std::fmt;

use serde_json::{Map, Value as Json};

use super::transport::Transport;

/// A GraphQL request.
pub struct Request {
    /// The document.
    pub document: DocumentSource,
    /// The operation to execute. A document with several operations needs one.
    pub operation_name: Option<String>,
    /// The variable values, as JSON.
    pub variables: Map<String, Json>,
    /// How the request was sent.
    pub transport: Transport,
}

/// A document: its text, or an id for it.
pub enum DocumentSource {
    /// The text of the document.
    Text(String),
    /// The id of a trusted document or, without a manifest, the SHA-256 hash of a cached one.
    Id(String),
}

/// Shows no fields, since documents and variables may contain secrets.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Request")
    }
}
