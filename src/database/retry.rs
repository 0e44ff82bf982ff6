//! Runs queries and transactions again after a failure that is not the fault of the caller.

use sea_orm::DbErr;

use super::failure::{is_dead_connection, was_rolled_back};

/// How often a transaction is attempted that PostgreSQL rolls back. Each of the reasons is rare, and several in a row
/// are rarer.
const ATTEMPTS: u32 = 6;

/// An error that may be caused by the database.
pub trait CausedByDatabase {
    /// The error of the database, if it is the cause.
    fn database_error(&self) -> Option<&DbErr>;
}

impl CausedByDatabase for DbErr {
    fn database_error(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Runs a query that changes nothing, and runs it once more if the connection was dead: the pool does not test
/// connections that were idle for less than a second. Also retries for the reasons of [`retry_transaction`].
///
/// # Errors
///
/// The error of the last attempt.
pub async fn retry_read<T, F>(query: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    match retry_transaction(&query).await {
        Err(error) if is_dead_connection(&error) => retry_transaction(&query).await,
        outcome => outcome,
    }
}

/// Runs a transaction, or a single statement, and runs it again from the start if PostgreSQL rolled it back for a
/// reason unrelated to its content: a conflict with another transaction, or a column whose type changed.
///
/// A dead connection is not such a reason, because the transaction may have been committed.
///
/// # Errors
///
/// The error of the last attempt.
pub async fn retry_transaction<T, E, F>(transaction: impl Fn() -> F) -> Result<T, E>
where
    E: CausedByDatabase,
    F: Future<Output = Result<T, E>>,
{
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        match transaction().await {
            Err(error) if error.database_error().is_some_and(was_rolled_back) && attempts > 0 => {}
            outcome => return outcome,
        }
    }
}
