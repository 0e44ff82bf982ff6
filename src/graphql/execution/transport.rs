//! How a request came, and so what it may do.

use async_graphql::parser::types::OperationType;

use super::reply::{ReplyStatus, RequestError};
use crate::graphql::{
    error::{Code, TopLevelError},
    execution::limits,
    language::syntax::{Document, Operation},
};

/// How a request came, and so what it may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// In a body: queries and mutations.
    Body,
    /// In a link, which changes nothing and carries no secret: queries.
    Link,
    /// Over a connection that stays open: subscriptions.
    Socket,
}

/// Checks that an operation of a document may come this way.
pub(super) fn check(transport: Transport, document: &Document, operation: &Operation) -> Result<(), RequestError> {
    match (operation.kind, transport) {
        (OperationType::Query, Transport::Get) if limits::takes_secret(document) => {
            Err(not_by_link("Send passwords and tokens with POST: links are written to logs."))
        }
        (OperationType::Query, Transport::Post | Transport::Get)
        | (OperationType::Mutation, Transport::Post)
        | (OperationType::Subscription, Transport::WebSocket) => Ok(()),
        (OperationType::Mutation, Transport::Get) => Err(not_by_link("Send mutations with POST.")),
        (OperationType::Query | OperationType::Mutation, Transport::WebSocket) => {
            Err(other_transport("Send queries and mutations with POST.").into())
        }
        (OperationType::Subscription, Transport::Post | Transport::Get) => {
            Err(other_transport("Subscribe over a WebSocket, by graphql-transport-ws.").into())
        }
    }
}

/// The operation has to be sent in another way.
fn other_transport(message: &str) -> TopLevelError {
    TopLevelError::new(Code::BadUserInput, message)
}

fn not_by_link(message: &str) -> RequestError {
    RequestError { status: ReplyStatus::PostRequired, ..other_transport(message).into() }
}
