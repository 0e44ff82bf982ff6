//! Why a password was not hashed.

use std::{error::Error, time::Duration};

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
    /// Too many passwords are waiting to be hashed. Nothing was computed.
    #[error("too many passwords are waiting to be hashed")]
    Busy {
        /// How long the client should wait before it tries again.
        retry_after: Duration,
    },
    /// The hash thread failed.
    #[error("hashing failed: {0}")]
    Failed(Box<dyn Error + Send + Sync>),
}
