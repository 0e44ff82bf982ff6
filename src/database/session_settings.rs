//! The settings of PostgreSQL for each connection: timeouts, isolation and query planning.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// How long PostgreSQL may execute a statement, and SQLite may wait for another writer.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(3);

/// The timeouts of PostgreSQL.
pub(super) const TIMEOUTS: [(&str, &str); 3] =
    [("statement_timeout", "3s"), ("lock_timeout", "2s"), ("idle_in_transaction_session_timeout", "10s")];

/// The isolation level of PostgreSQL. All locks and conditions in the queries are made for it. A stricter default of
/// the database or the role would abort concurrent transactions.
pub(super) const ISOLATION: (&str, &str) = ("default_transaction_isolation", "read committed");

/// Settings for connections that read rows by primary key only. By default, PostgreSQL scans a table that looks small,
/// and plans anew for each number of keys.
pub(super) const READ_BY_KEY: [(&str, &str); 2] =
    [("enable_seqscan", "off"), ("plan_cache_mode", "force_generic_plan")];

/// The settings that are sent when a connection to PostgreSQL starts.
#[derive(Clone, Copy, Debug)]
pub(super) enum SessionSettings {
    /// Timeouts, isolation, and these settings.
    Set(&'static [(&'static str, &'static str)]),
    /// None, because an external connection pooler rejects or drops them. The settings of the role or the database
    /// apply.
    Unsupported,
}

/// Whether PostgreSQL has timeouts and the required isolation level. False behind an external connection pooler, which
/// drops the settings of a connection, unless they are set for the role.
///
/// # Errors
///
/// When the database cannot be queried.
pub async fn has_required_settings(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(true);
    }
    let names = TIMEOUTS.map(|(name, _)| format!("'{name}'")).join(", ");
    let (isolation, read_committed) = ISOLATION;
    let missing = format!(
        "SELECT name FROM pg_settings WHERE (name IN ({names}) AND setting = '0')
         OR (name = '{isolation}' AND setting <> '{read_committed}')"
    );
    let missing = db.query_one_raw(Statement::from_string(DbBackend::Postgres, missing)).await?;
    Ok(missing.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_databases_have_the_same_statement_timeout() {
        assert_eq!(TIMEOUTS[0], ("statement_timeout", format!("{}s", STATEMENT_TIMEOUT.as_secs()).as_str()));
    }
}
