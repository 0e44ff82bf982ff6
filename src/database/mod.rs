//! How the database is opened, brought up to date, asked in groups, asked again after a lost connection, and found ready.
//!
//! Knows no table by name but the list of migration steps. The timeouts here are what keeps a slow or absent database
//! from holding requests for longer than people wait.

mod batch_loader;
mod listener;
mod migrate;
mod retry;
mod session_settings;
mod sqlite_changes;
mod stale_plans;
mod transaction;
mod url;

use std::{io, path::Path, time::Duration};

use sea_orm::{ConnectOptions, Database as SeaOrm, DatabaseConnection, DbBackend, DbErr, sqlx::Connection};

use crate::private_file;

pub use batch_loader::{BatchLoader, LoadResult};
pub use listener::{Listener, Notification, listen};
pub use migrate::{Migration, migrate_down, migrate_up, status};
use retry::is_locked;
pub use retry::{CausedByDatabase, is_unavailable, retry_read, retry_transaction};
pub use session_settings::has_required_settings;
use session_settings::{ISOLATION, LIMITS, STATEMENT};
pub use transaction::begin;
pub use url::{DatabaseUrl, InvalidDatabaseUrl, Location};

/// How long a request may wait for a connection.
const ACQUIRE: Duration = Duration::from_secs(3);

/// How many connections are for readers: one is enough, unless it hangs.
const READERS: u32 = 2;

/// What readers ask for, they ask for by key. Left alone, PostgreSQL reads the whole of a table that looks small, and
/// thinks it over again for every number of keys.
const BY_KEY: [(&str, &str); 2] = [("enable_seqscan", "off"), ("plan_cache_mode", "force_generic_plan")];

/// How often a database is tried to be opened, in about that time.
const TRIES: u32 = 10;

/// A connection that rested longer than this is asked whether it still lives; the others are trusted, which halves the
/// round trips of a busy server.
const TRUSTED: Duration = Duration::from_secs(1);

/// The connections of a server.
#[derive(Clone, Debug)]
pub struct Connections {
    /// Those for everything.
    pub common: DatabaseConnection,
    /// Those for what every request needs to know: whoever waits for the others, a crowd that logs in for one, is not in
    /// its way.
    pub readers: DatabaseConnection,
    /// Those to the database itself, where the others lead to what pools them and only lends one for a transaction.
    pub direct: DatabaseConnection,
}

/// What PostgreSQL is told when a connection begins.
#[derive(Clone, Copy, Debug)]
enum SessionSettings {
    /// How long it may take, and these settings.
    Set(&'static [(&'static str, &'static str)]),
    /// Nothing: what pools connections refuses it, or forgets it. The settings of the role or the database count.
    Unsupported,
}

impl Connections {
    /// Opens so many connections at most, a few of them for readers; and if there is one, the way past what pools them.
    ///
    /// # Errors
    ///
    /// As [`open`].
    pub async fn open(url: &DatabaseUrl, direct: Option<&DatabaseUrl>, max_connections: u32) -> Result<Self, DbErr> {
        if let Some(direct) = direct {
            let common =
                open_with(url, max_connections.saturating_sub(READERS).max(1), SessionSettings::Unsupported).await?;
            let readers = open_with(url, READERS, SessionSettings::Unsupported).await?;
            return Ok(Self { common, readers, direct: open(direct, 1).await? });
        }
        if max_connections <= READERS || matches!(url.location(), Location::Memory) {
            // Another connection to what is kept in memory would be another database.
            let common = open(url, max_connections).await?;
            return Ok(Self { readers: common.clone(), direct: common.clone(), common });
        }
        let common = open(url, max_connections - READERS).await?;
        let readers = open_with(url, READERS, SessionSettings::Set(&BY_KEY)).await?;
        Ok(Self { readers, direct: common.clone(), common })
    }

    /// How many of them are at work, by the name of their pool.
    #[must_use]
    pub fn load(&self) -> [(&'static str, Load); 2] {
        [("common", load(&self.common)), ("readers", load(&self.readers))]
    }

    /// Closes them all.
    ///
    /// # Errors
    ///
    /// When one cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        let Self { common, readers, direct } = self;
        let (common, readers) = (common.close().await, readers.close().await);
        common.and(readers).and(direct.close().await)
    }
}

/// How busy a pool of connections is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// How many are open and do nothing.
    pub idle: usize,
    /// How many are at work.
    pub used: usize,
    /// How many there may be.
    pub max: usize,
}

fn load(db: &DatabaseConnection) -> Load {
    let (open, idle, max) = if db.get_database_backend() == DbBackend::Postgres {
        let pool = db.get_postgres_connection_pool();
        (pool.size(), pool.num_idle(), pool.options().get_max_connections())
    } else {
        let pool = db.get_sqlite_connection_pool();
        (pool.size(), pool.num_idle(), pool.options().get_max_connections())
    };
    let whole = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Load { idle, used: whole(open).saturating_sub(idle), max: whole(max) }
}

/// Opens a pool of connections. PostgreSQL need not be there yet: the first question connects.
///
/// # Errors
///
/// When the address makes no sense, or SQLite's file cannot be opened.
pub async fn open(url: &DatabaseUrl, max_connections: u32) -> Result<DatabaseConnection, DbErr> {
    open_with(url, max_connections, SessionSettings::Set(&[])).await
}

/// The same, and what PostgreSQL is told.
async fn open_with(
    url: &DatabaseUrl,
    max_connections: u32,
    settings: SessionSettings,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url.expose());
    options
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE)
        .connect_timeout(ACQUIRE)
        .test_before_acquire_if_idle_for(TRUSTED)
        .sqlx_logging(false);

    match url.location() {
        Location::File(path) => {
            make_file(path).map_err(|error| DbErr::Custom(error.to_string()))?;
            sqlite(&mut options);
            close_what_is_in_doubt(&mut options);
        }
        Location::Memory => {
            sqlite(&mut options);
            // Each connection would be a database of its own, gone when it closes.
            options.max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        }
        Location::Server { .. } => postgres(&mut options, settings),
    }
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match SeaOrm::connect(options.clone()).await {
            // Turning a new file into a WAL takes a lock that SQLite does not wait for when somebody else is at it, too.
            Err(error) if is_locked(&error) && tries > 0 => tokio::time::sleep(STATEMENT / TRIES).await,
            outcome => return outcome,
        }
    }
}

/// There are password hashes in it. What SQLite keeps beside it gets the same permissions.
fn make_file(path: &Path) -> io::Result<()> {
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
            .busy_timeout(STATEMENT)
            .pragma("journal_mode", "WAL")
            // FULL, not NORMAL: an acknowledged registration survives a power cut, too.
            .pragma("synchronous", "FULL")
    });
}

/// When the disk is full, SQLite rolls a transaction back by itself. The driver then takes the next one for a part of it,
/// whose end is no end: it would hold the write lock for ever. So a connection that comes back like that is closed.
fn close_what_is_in_doubt(options: &mut ConnectOptions) {
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_release(|connection, _| {
            Box::pin(async move {
                // Until what the driver is about to roll back is rolled back.
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
            SessionSettings::Set(more) => postgres.options(LIMITS).options([ISOLATION]).options(more.iter().copied()),
            SessionSettings::Unsupported => postgres.extra_float_digits(None),
        },
    );
}

/// Whether the database answers and has every table that this version needs.
pub async fn is_ready(db: &DatabaseConnection) -> bool {
    matches!(migrate::pending(db).await.as_deref(), Ok([]))
}
