//! Why nobody could tell whether a password leaked, for the log: nothing of the password, nor of its hash.

use std::error::Error;

use hyper::StatusCode;
use hyper_util::client::legacy;
use tokio::task::JoinError;

use super::hash_list::HashListError;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum LookupError {
    /// None came in time.
    #[error("no answer within a second")]
    Late,
    /// There is no way to the service.
    #[error("the service cannot be asked: {}", origin(.0))]
    Unreachable(#[from] legacy::Error),
    /// The service does not want to answer.
    #[error("the service answered {0}")]
    Refused(StatusCode),
    /// The answer was too long, or not all of it came.
    #[error("the service's answer was not taken: {}", origin(.0.as_ref()))]
    BrokenOff(Box<dyn Error + Send + Sync>),
    /// The answer is of another kind.
    #[error("the service's answer is no list of hashes")]
    NoList,
    /// The file is not what it was at the start.
    #[error("the list {0}")]
    List(#[from] HashListError),
    /// We broke.
    #[error("the search ended early: {0}")]
    Ended(#[from] JoinError),
}

/// What an error began with, which is all that says something.
fn origin<'e>(error: &'e (dyn Error + 'static)) -> &'e (dyn Error + 'static) {
    let mut origin = error;
    while let Some(source) = origin.source() {
        origin = source;
    }
    origin
}
