//! How long PostgreSQL may take, and whether it knows.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// How long PostgreSQL may work on one statement, and SQLite wait for another writer.
pub(super) const STATEMENT: Duration = Duration::from_secs(3);

/// What PostgreSQL is told, as its own settings.
pub(super) const LIMITS: [(&str, &str); 3] =
    [("statement_timeout", "3s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "10s")];

/// How PostgreSQL isolates transactions from each other. All locks and conditions here are made for it; a stricter default
/// of the database or the role would undo transactions that ran at the same time.
pub(super) const ISOLATION: (&str, &str) = ("default_transaction_isolation", "read committed");

/// Whether PostgreSQL limits how long it takes, and isolates transactions as they are meant to be. Not so where connections
/// are pooled by another program, which passes nothing on, until it was set for the role.
///
/// # Errors
///
/// When the database does not answer.
pub async fn has_required_settings(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let names = LIMITS.map(|(name, _)| format!("'{name}'")).join(", ");
    let (isolation, read_committed) = ISOLATION;
    let unlimited = format!(
        "SELECT name FROM pg_settings WHERE (name IN ({names}) AND setting = '0')
         OR (name = '{isolation}' AND setting <> '{read_committed}')"
    );
    let unlimited = db.query_one_raw(Statement::from_string(DbBackend::Postgres, unlimited)).await?;
    Ok(unlimited.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_may_take_as_long_on_both_databases() {
        assert_eq!(LIMITS[0], ("statement_timeout", format!("{}s", STATEMENT.as_secs()).as_str()));
    }
}
