//! The reply to a request.

use async_graphql::ServerError;

use crate::graphql::error::TopLevelError;

/// The answer.
#[derive(Debug)]
pub struct Reply {
    /// The GraphQL response, as JSON.
    pub json: Vec<u8>,
    /// What became of the request, for whoever has to say so in another protocol.
    pub status: ReplyStatus,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyStatus {
    /// The operation was carried out; single fields may have failed.
    Executed,
    /// It was not even begun: the document is wrong, or its variables are.
    RequestError,
    /// It was not begun, because it would change something or takes a secret, and came in a link.
    PostRequired,
}

/// Why a request is not executed.
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
