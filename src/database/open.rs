//! Opens a connection pool for SQLite or PostgreSQL.

use std::{io, path::Path, time::Duration};

use sea_orm::{ConnectOptions, Database, DatabaseConnection, DbErr, sqlx::Connection};

use super::{
    ACQUIRE_TIMEOUT,
    failure::is_locked,
    session_settings::{ISOLATION, STATEMENT_TIMEOUT, SessionSettings, TIMEOUTS},
    stale_plans,
    url::{DatabaseUrl, Location},
};
use crate::private_file;

/// How often opening an SQLite database is attempted, within [`STATEMENT_TIMEOUT`].
const ATTEMPTS: u32 = 10;

/// A connection that was idle for longer than this is tested before use. The others are not, which halves the round
/// trips of a busy server.
const TEST_AFTER: Duration = Duration::from_secs(1);

/// Opens a connection pool. PostgreSQL need not be reachable yet: the first query connects.
///
/// # Errors
///
/// When the address is not valid, or the file of SQLite cannot be opened.
pub async fn open(url: &DatabaseUrl, max_connections: u32) -> Result<DatabaseConnection, DbErr> {
    open_with(url, max_connections, SessionSettings::Set(&[])).await
}

/// Opens a connection pool with these settings for PostgreSQL.
pub(super) async fn open_with(
    url: &DatabaseUrl,
    max_connections: u32,
    settings: SessionSettings,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.expose());
    options
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire_if_idle_for(TEST_AFTER)
        .sqlx_logging(false);

    match url.location() {
        Location::File(path) => {
            create_file(path).map_err(|error| DbErr::Custom(error.to_string()))?;
            sqlite(&mut options);
            close_connections_in_transaction(&mut options);
        }
        Location::Memory => {
            sqlite(&mut options);
            // A connection is the database: a second one would be another database, and closing it would delete the
            // data.
            options.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        }
        Location::Server { .. } => postgres(&mut options, settings),
    }
    let mut attempts = ATTEMPTS;
    loop {
        attempts -= 1;
        match Database::connect(options.clone()).await {
            // The switch of a new file to WAL mode takes a lock, for which SQLite does not wait.
            Err(error) if is_locked(&error) && attempts > 0 => {
                tokio::time::sleep(STATEMENT_TIMEOUT / ATTEMPTS).await;
            }
            outcome => return outcome,
        }
    }
}

/// Creates the database file for its owner only, because it contains password hashes. SQLite gives the files next to it
/// the same permissions.
fn create_file(path: &Path) -> io::Result<()> {
    match private_file::create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn sqlite(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(STATEMENT_TIMEOUT)
            .pragma("journal_mode", "WAL")
            // FULL, not NORMAL: an acknowledged registration survives a power failure.
            .pragma("synchronous", "FULL")
    });
}

/// Closes a connection that returns to the pool inside a transaction. When the disk is full, SQLite rolls a transaction
/// back by itself. The driver does not notice, treats the next transaction as nested and never commits it, so the
/// connection would hold the write lock forever.
fn close_connections_in_transaction(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                // Waits until the driver has rolled back what it was about to roll back.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
    });
}

fn postgres(options: &mut ConnectOptions, settings: SessionSettings) {
    stale_plans::watch(options);
    options.connect_lazy(true).set_application_name("latchkey").map_sqlx_postgres_opts(
        move |postgres| match settings {
            SessionSettings::Set(more) => postgres.options(TIMEOUTS).options([ISOLATION]).options(more.iter().copied()),
            SessionSettings::Unsupported => postgres.extra_float_digits(None),
        },
    );
}
