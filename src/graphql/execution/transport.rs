//! The ways to send a request, and the operations that each permits.

use async_graphql::parser::types::OperationType;

use super::reply::{ReplyStatus, RequestError};
use crate::graphql::{
    error::{Code, TopLevelError},
    execution::limits,
    language::syntax::{Document, Operation},
};

/// The way in which a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In a body: for queries and mutations.
    Body,
    /// In a URL, which must not contain secrets or have side effects: for queries.
    Link,
    /// Over a WebSocket: for subscriptions.
    Socket,
}

/// Checks that an operation may be sent with this transport.
pub(super) fn check(transport: Transport, document: &Document, operation: &Operation) -> Result<(), RequestError> {
    match (operation.kind, transport) {
        (OperationType::Query, Transport::Get) if limits::takes_secret(document) => {
            Err(post_required("Send passwords and tokens with POST, because URLs are logged."))
        }
        (OperationType::Query, Transport::Post | Transport::Get)
        | (OperationType::Mutation, Transport::Post)
        | (OperationType::Subscription, Transport::WebSocket) => Ok(()),
        (OperationType::Mutation, Transport::Get) => Err(post_required("Send mutations with POST.")),
        (OperationType::Query | OperationType::Mutation, Transport::WebSocket) => {
            Err(other_transport("Send queries and mutations with POST.").into())
        }
        (OperationType::Subscription, Transport::Post | Transport::Get) => {
            Err(other_transport("Send subscriptions over a WebSocket with the graphql-transport-ws protocol.").into())
        }
    }
}

fn other_transport(message: &str) -> TopLevelError {
    TopLevelError::new(Code::BadUserInput, message)
}

fn post_required(message: &str) -> RequestError {
    RequestError { status: ReplyStatus::PostRequired, ..other_transport(message).into() }
}
