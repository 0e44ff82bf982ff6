//! Why a lookup failed, for the log. The messages contain neither the password nor its hash.

use std::error::Error;

use hyper::StatusCode;
use hyper_util::client::legacy;
use tokio::task::JoinError;

use super::hash_list::HashListError;

/// Why a lookup failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    /// The lookup took too long.
    #[error("no answer within a second")]
    Timeout,
    /// The service cannot be reached.
    #[error("the service cannot be reached: {}", root_cause(.0))]
    Unreachable(#[from] legacy::Error),
    /// The service returned another status than 200.
    #[error("the service answered {0}")]
    Status(StatusCode),
    /// The answer was too long or incomplete.
    #[error("the answer of the service cannot be read: {}", root_cause(.0.as_ref()))]
    Body(Box<dyn Error + Send + Sync>),
    /// The answer has another format.
    #[error("the answer of the service is not a list of hashes")]
    Format,
    /// The file has changed since the server started.
    #[error("the list {0}")]
    List(#[from] HashListError),
    /// The thread that searched the list failed.
    #[error("the search failed: {0}")]
    Thread(#[from] JoinError),
}

/// The first cause of an error. Only its message has the details.
fn root_cause<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}
