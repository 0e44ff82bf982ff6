//! Transactions that write.

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tracing::Instrument;

use super::retry::retry_read;
use crate::trace;

/// Begins a transaction that is going to write. SQLite takes its one write lock now and waits for it in line; a reader
/// that became a writer half-way would be turned away at once.
///
/// # Errors
///
/// When the database does not answer, or another writer takes too long.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let db = db.clone();
    // In a task of its own, which goes on when whoever asked is gone: a client hangs up, a deadline passes. A `BEGIN` whose
    // answer nobody awaits would not be rolled back, and the next ones who get the connection would write into a
    // transaction that nobody commits (sqlx issue 4393).
    // Nothing is written yet, so a dead connection costs no more than a second try.
    let begun = tokio::spawn(async move { retry_read(|| db.begin_with_options(options)).await }.in_current_span());
    // The time until there is a connection and, with SQLite, no other writer.
    let begun = trace::span("begin a transaction", begun).await;
    begun.unwrap_or_else(|broken| Err(DbErr::Custom(broken.to_string())))
}
