//! Classifies failures of the database: unavailable, rolled back, locked, or a dead connection.

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{self, Connection, PgConnection, error::DatabaseError, postgres::PgDatabaseError},
};
use tokio::time::timeout;

use super::{ACQUIRE_TIMEOUT, stale_plans};

/// Whether PostgreSQL rolled back the transaction, so that it can run again. Closes the connections with outdated
/// prepared statements, if they are the reason.
pub(super) fn was_rolled_back(error: &DbErr) -> bool {
    let Some(error) = server_error(error) else { return false };
    if is_stale_plan(error) {
        stale_plans::close_connections();
        return true;
    }
    // A serialization failure, a deadlock, and a transaction that was idle for too long.
    error.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "25P03"))
}

/// Whether PostgreSQL rejects a prepared statement because the type of a column changed ("cached plan must not change
/// result type"). Its code, 0A000, covers everything that is not supported, and its text depends on the language of the
/// server, so this looks at the function in the source of PostgreSQL.
fn is_stale_plan(error: &(dyn DatabaseError + 'static)) -> bool {
    error.code().as_deref() == Some("0A000")
        && error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::routine)
            == Some("RevalidateCachedQuery")
}

/// The error that the database server returned for a statement.
fn server_error(error: &DbErr) -> Option<&(dyn DatabaseError + 'static)> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error()
        }
        _ => None,
    }
}

/// Whether the database is unreachable, full, locked or shutting down, so that a later attempt may succeed. Any other
/// error is a fault of this program.
#[must_use]
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Database(error) => {
                is_stale_plan(&**error) || error.code().is_some_and(|code| is_unavailable_code(&code))
            }
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
            error => is_broken_connection(error),
        },
        _ => false,
    }
}

/// Replaces the error of the pool, which says only that no connection was available, with the reason from PostgreSQL or
/// the operating system.
pub(super) async fn with_reason(db: &DatabaseConnection, error: DbErr) -> DbErr {
    if db.get_database_backend() != DbBackend::Postgres || !matches!(error, DbErr::ConnectionAcquire(_)) {
        return error;
    }
    let options = db.get_postgres_connection_pool().connect_options();
    match timeout(ACQUIRE_TIMEOUT, PgConnection::connect_with(&options)).await {
        Ok(Err(reason)) => DbErr::Conn(RuntimeErr::SqlxError(reason.into())),
        Ok(Ok(_)) | Err(_) => error,
    }
}

/// Whether another process holds the lock that is needed to open the file of SQLite (`SQLITE_BUSY`).
pub(super) fn is_locked(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Database(error) => error.code().and_then(|code| code.parse().ok()).is_some_and(is_busy),
            _ => false,
        },
        _ => false,
    }
}

/// Whether this is `SQLITE_BUSY`: the low byte of an extended result code is the primary code, 5.
fn is_busy(code: u32) -> bool {
    code & 0xff == 5
}

/// Whether a statement failed because its connection was dead.
pub(super) fn is_dead_connection(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            // 57P01 to 57P03: PostgreSQL is shutting down, has crashed, or is starting.
            sqlx::Error::Database(error) => error.code().is_some_and(|code| code.starts_with("57P")),
            error => is_broken_connection(error),
        },
        _ => false,
    }
}

fn is_broken_connection(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_))
}

/// Whether this is one of the SQLSTATE classes of PostgreSQL (appendix A of its manual) or the primary result codes of
/// SQLite that mean that the database is unavailable.
fn is_unavailable_code(code: &str) -> bool {
    const POSTGRES: [&str; 9] = ["08", "25006", "25P03", "40001", "40P01", "53", "55P03", "57", "58"];
    const SQLITE: [u32; 7] = [5, 6, 8, 10, 13, 14, 15];

    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => SQLITE.contains(&(number & 0xff)),
        Ok(_) | Err(_) => POSTGRES.iter().any(|class| code.starts_with(class)),
    }
}
