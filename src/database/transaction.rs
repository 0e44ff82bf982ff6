//! Begins transactions that write.

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tracing::Instrument;

use super::retry::retry_read;
use crate::trace;

/// Begins a transaction that is going to write. SQLite waits for its write lock here; it would fail at once if a
/// transaction that has read began to write.
///
/// # Errors
///
/// When the database cannot be reached, or another writer takes too long.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let db = db.clone();
    // A task of its own completes even if the caller is dropped, because a client disconnects or a deadline passes. A
    // `BEGIN` that is dropped before its reply would not be rolled back, and the next user of the connection would
    // write into a transaction that is never committed (sqlx issue 4393). Nothing is written yet, so it is safe to
    // begin again after a dead connection.
    let begun = tokio::spawn(async move { retry_read(|| db.begin_with_options(options)).await }.in_current_span());
    // The span covers the wait for a connection and, with SQLite, for other writers.
    let begun = trace::span("begin a transaction", begun).await;
    begun.unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
}
