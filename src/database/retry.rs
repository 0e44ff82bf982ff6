//! What a database's failure means: is it away, and may a question be asked again?

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{self, Connection, PgConnection, postgres::PgDatabaseError},
};
use tokio::time::timeout;

use super::{ACQUIRE, stale_plans};

/// How often work is tried that PostgreSQL undoes: each of the reasons is rare, and rarer still twice in a row.
const TRIES: u32 = 6;

/// An error that may have been caused by the database.
pub trait CausedByDatabase {
    /// The error of the database, if it is the cause.
    fn database_error(&self) -> Option<&DbErr>;
}

impl CausedByDatabase for DbErr {
    fn database_error(&self) -> Option<&DbErr> {
        Some(self)
    }
}

/// Asks a question that changes nothing, and once more where the connection turned out to be dead: the pool hands out
/// connections that rested for less than a second without testing them. Also asks again for the reasons of
/// [`retry_transaction`].
///
/// # Errors
///
/// What the database said the last time.
pub async fn retry_read<T, F>(query: impl Fn() -> F) -> Result<T, DbErr>
where
    F: Future<Output = Result<T, DbErr>>,
{
    match retry_transaction(&query).await {
        Err(error) if is_dead_connection(&error) => retry_transaction(&query).await,
        answer => answer,
    }
}

/// Runs a transaction, or a single statement, and runs it again from the start when PostgreSQL undid it for a reason that
/// has nothing to do with what it does: a conflict with another transaction, or the type of a column that changed.
///
/// A connection that dies is not one of them: whether its last transaction was committed is not known.
///
/// # Errors
///
/// The last error.
pub async fn retry_transaction<T, E, F>(transaction: impl Fn() -> F) -> Result<T, E>
where
    E: CausedByDatabase,
    F: Future<Output = Result<T, E>>,
{
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match transaction().await {
            Err(error) if error.database_error().is_some_and(was_undone) && tries > 0 => {}
            outcome => return outcome,
        }
    }
}

/// Whether PostgreSQL undid what was asked, so that it may be asked again. Has every connection closed whose prepared
/// statements are out of date.
fn was_undone(error: &DbErr) -> bool {
    let Some(said) = said(error) else { return false };
    if is_stale_plan(said) {
        stale_plans::close_connections();
        return true;
    }
    // A serialization failure, a deadlock, and a transaction that was ended because it did nothing for too long.
    said.code().is_some_and(|code| matches!(&*code, "40001" | "40P01" | "25P03"))
}

/// Whether PostgreSQL says that the type of a column changed since the statement was prepared ("cached plan must not
/// change result type"). Its code, 0A000, stands for everything that is not supported, and its words depend on the
/// language; the place in its source does not.
fn is_stale_plan(said: &(dyn sqlx::error::DatabaseError + 'static)) -> bool {
    said.code().as_deref() == Some("0A000")
        && said.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::routine)
            == Some("RevalidateCachedQuery")
}

/// What the database itself said about a statement.
fn said(error: &DbErr) -> Option<&(dyn sqlx::error::DatabaseError + 'static)> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error()
        }
        _ => None,
    }
}

/// Whether the database is away, full, locked or shutting down: come back later. Anything else is our mistake.
#[must_use]
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => match &**error {
            sqlx::Error::Database(said) => {
                is_stale_plan(&**said) || said.code().is_some_and(|code| is_unavailable_code(&code))
            }
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
    const POSTGRES: [&str; 9] = ["08", "25006", "25P03", "40001", "40P01", "53", "55P03", "57", "58"];
    const SQLITE: [u32; 7] = [5, 6, 8, 10, 13, 14, 15];

    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => SQLITE.contains(&(number & 0xff)),
        Ok(_) | Err(_) => POSTGRES.iter().any(|class| code.starts_with(class)),
    }
}
