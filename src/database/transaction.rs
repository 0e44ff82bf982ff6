//! Transactions that write.

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::retry::asked_again;

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
    // Nothing is written yet, so a dead connection costs no more than a second try.
    asked_again(|| db.begin_with_options(options)).await
}
