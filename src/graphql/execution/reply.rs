//! The reply to a request: a response as JSON, and a status for the transport.

use async_graphql::ServerError;

use crate::graphql::error::TopLevelError;

/// The reply to a request.
#[derive(Debug)]
pub struct Reply {
    /// The GraphQL response, as JSON.
    pub json: Vec<u8>,
    /// The status, from which a transport derives its own.
    pub status: ReplyStatus,
}

/// Whether a request was executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStatus {
    /// The operation was executed. Single fields may have errors.
    Executed,
    /// A request error (specification, section 7.1): the document, the operation name or the variables are not valid.
    RequestError,
    /// A request error: the operation is a mutation or takes a secret, and was sent with `GET`.
    PostRequired,
}

/// The errors of a request that is not executed.
pub(super) struct RequestError {
    pub(super) errors: Vec<ServerError>,
    pub(super) status: ReplyStatus,
}

impl From<Vec<ServerError>> for RequestError {
    fn from(errors: Vec<ServerError>) -> Self {
        Self { errors, status: ReplyStatus::RequestError }
    }
}

impl From<TopLevelError> for RequestError {
    fn from(error: TopLevelError) -> Self {
        vec![error.about_document()].into()
    }
}
