//! What a database's failure means: is it away, and may a question be asked again?

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{self, Connection, PgConnection},
};
use tokio::time::timeout;

use super::ACQUIRE;

/// Asks a question that changes nothing, and once more where the connection turned out to be dead: the pool hands out
/// connections that rested for less than a second without testing them.
///
/// # Errors
///
/// What the database said the last time.
pub async fn asked_again<T, F>(question: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    match question().await {
        Err(error) if is_dead_connection(&error) => question().await,
        answer => answer,
    }
}

/// Whether the database is away, full, locked or shutting down: come back later. Anything else is our mistake.
#[must_use]
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Database(said) => said.code().is_some_and(|code| is_unavailable_code(&code)),
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
            error => is_broken(error),
        },
        _ => false,
    }
}

/// The same failure in PostgreSQL's own words, or the system's: of a connection that it did not get, the pool says no more
/// than that it waited.
pub(super) async fn explained(db: &DatabaseConnection, error: DbErr) -> DbErr {
    if db.get_database_backend() != DbBackend::Postgres || !matches!(error, DbErr::ConnectionAcquire(_)) {
        return error;
    }
    let options = db.get_postgres_connection_pool().connect_options();
    match timeout(ACQUIRE, PgConnection::connect_with(&options)).await {
        Ok(Err(reason)) => DbErr::Conn(RuntimeErr::SqlxError(reason.into())),
        Ok(Ok(_)) | Err(_) => error,
    }
}

/// Whether SQLite says that somebody else has the lock that is needed to open the file (`SQLITE_BUSY`).
pub(super) fn is_locked(error: &DbErr) -> bool {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Database(said) => said.code().and_then(|code| code.parse().ok()).is_some_and(is_busy),
            _ => false,
        },
        _ => false,
    }
}

/// The primary result code in the low byte is 5.
fn is_busy(code: u32) -> bool {
    code & 0xff == 5
}

fn is_dead_connection(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            // 57P01 to 57P03: PostgreSQL is shutting down, crashed, or starting.
            sqlx::Error::Database(said) => said.code().is_some_and(|code| code.starts_with("57P")),
            error => is_broken(error),
        },
        _ => false,
    }
}

/// The connection itself broke.
fn is_broken(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_))
}

/// SQLSTATE classes of PostgreSQL (appendix A of its manual), and primary result codes of SQLite, whose extended codes
/// keep the primary one in the low byte.
fn is_unavailable_code(code: &str) -> bool {
    const POSTGRES: [&str; 8] = ["08", "25006", "40001", "40P01", "53", "55P03", "57", "58"];
    const SQLITE: [u32; 7] = [5, 6, 8, 10, 13, 14, 15];

    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => SQLITE.contains(&(number & 0xff)),
        Ok(_) | Err(_) => POSTGRES.iter().any(|class| code.starts_with(class)),
    }
}
