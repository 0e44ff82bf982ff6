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
    Post,
    /// In a URL, which must not contain secrets or have side effects: for queries.
    Get,
    /// Over a WebSocket: for subscriptions.
    WebSocket,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::language::parse;

    #[test]
    fn each_transport_permits_its_operations() {
        let (query, secret) = ("{ profile { id } }", "{ verifyToken(token: \"a\") { valid } }");
        let (mutation, subscription) = ("mutation { logout { id } }", "subscription { sessionEnded { id } }");
        for (text, transport, status) in [
            (query, Transport::Post, None),
            (query, Transport::Get, None),
            (query, Transport::WebSocket, Some(ReplyStatus::RequestError)),
            (secret, Transport::Post, None),
            (secret, Transport::Get, Some(ReplyStatus::PostRequired)),
            (mutation, Transport::Post, None),
            (mutation, Transport::Get, Some(ReplyStatus::PostRequired)),
            (mutation, Transport::WebSocket, Some(ReplyStatus::RequestError)),
            (subscription, Transport::Post, Some(ReplyStatus::RequestError)),
            (subscription, Transport::Get, Some(ReplyStatus::RequestError)),
            (subscription, Transport::WebSocket, None),
        ] {
            let document = parse(text).expect("a document");
            let refused = check(transport, &document, &document.operations[0]).err();
            assert_eq!(refused.map(|error| error.status), status, "{text} {transport:?}");
        }
    }
}
