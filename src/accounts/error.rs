//! Refusals and faults: the two reasons why a verb fails.

use std::{error::Error, fmt, sync::Arc, time::Duration};

use sea_orm::DbErr;

use crate::{
    database::{self, CausedByDatabase},
    secrets::{HashError, RandomnessError, SigningError},
    throttle::{AttemptError, TooManyAttempts},
};

/// Why a verb failed.
///
/// ```
/// use latchkey::accounts::{Failure, LoginRefusal};
///
/// fn status(failure: &Failure<LoginRefusal>) -> &'static str {
///     match failure {
///         // The client may know the reason of a refusal…
///         Failure::Refused(LoginRefusal::InvalidCredentials) => "wrong password or no such user",
///         Failure::Refused(_) => "refused",
///         // …but not the cause of a fault, which is only logged.
///         Failure::Fault(fault) if fault.temporary => "try again later",
///         Failure::Fault(_) => "internal error",
///     }
/// }
/// assert_eq!(status(&Failure::Refused(LoginRefusal::EmailNotVerified)), "refused");
/// ```
#[derive(Debug)]
pub enum Failure<R> {
    /// The server said no; the caller may know the reason.
    Refused(R),
    /// The server broke; the cause is only logged.
    Fault(Fault),
}

/// A fault of the server. Its cause is opaque to the caller.
#[derive(Debug)]
pub struct Fault {
    /// Whether a later try may succeed, because a dependency is unavailable now.
    pub temporary: bool,
    cause: Box<dyn Error + Send + Sync>,
}

/// How long to wait before trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

impl Fault {
    /// A fault in this program.
    pub(super) fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { temporary: false, cause: cause.into() }
    }

    /// A dependency is unavailable.
    pub(super) fn temporary(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { temporary: true, cause: cause.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl CausedByDatabase for Fault {
    fn database_error(&self) -> Option<&DbErr> {
        self.cause.downcast_ref()
    }
}

impl<R> CausedByDatabase for Failure<R> {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            Self::Refused(_) => None,
        }
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        Self { temporary: database::is_unavailable(&error), cause: error.into() }
    }
}

/// The fault of a query that several callers share.
impl From<Arc<DbErr>> for Fault {
    fn from(error: Arc<DbErr>) -> Self {
        Self { temporary: database::is_unavailable(&error), cause: error.into() }
    }
}

impl From<SigningError> for Fault {
    fn from(error: SigningError) -> Self {
        Self::internal(error)
    }
}

impl<R> From<Fault> for Failure<R> {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<R> From<DbErr> for Failure<R> {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl<R> From<Arc<DbErr>> for Failure<R> {
    fn from(error: Arc<DbErr>) -> Self {
        Self::Fault(error.into())
    }
}

impl<R> From<RandomnessError> for Failure<R> {
    fn from(error: RandomnessError) -> Self {
        Self::Fault(Fault::internal(error))
    }
}

impl<R> From<SigningError> for Failure<R> {
    fn from(error: SigningError) -> Self {
        Self::Fault(error.into())
    }
}

/// A full queue is a refusal of every verb that hashes a password.
impl<R: From<RetryAfter>> From<HashError> for Failure<R> {
    fn from(error: HashError) -> Self {
        match error {
            HashError::Busy { retry_after } => Self::Refused(RetryAfter(retry_after).into()),
            HashError::Failed(cause) => Self::Fault(Fault::internal(cause)),
        }
    }
}

/// Too many attempts are a refusal of every verb with a limit.
impl<R: From<TooManyAttempts>> From<AttemptError> for Failure<R> {
    fn from(error: AttemptError) -> Self {
        match error {
            AttemptError::TooMany(attempts) => Self::Refused(attempts.into()),
            AttemptError::Database(error) => error.into(),
        }
    }
}
