//! Receives notifications from other instances: by `LISTEN` on PostgreSQL, by polling on SQLite.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{
        self, Executor,
        postgres::{PgListener, PgPoolOptions},
    },
};
use tokio::time::{sleep, timeout};

use super::{ACQUIRE_TIMEOUT, sqlite_changes::ChangeDetector};

/// How long to wait before the next attempt to listen.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// How long a connection may be silent before it is tested.
const TEST_AFTER: Duration = Duration::from_secs(30);

/// The interval of polling on SQLite.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notification {
    /// The payload of a `NOTIFY`.
    Payload(String),
    /// Notifications may have been missed, so the receiver has to query the database.
    MaybeMissed,
    /// Another connection, possibly of another process, changed the SQLite database.
    DatabaseChanged,
}

/// Listens in a task of its own until it is dropped.
#[derive(Debug)]
pub struct Listener(tokio::task::AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens on a channel, on a connection of its own, and calls `notify` for each notification. On SQLite, which has no
/// notifications, checks every second whether the database has changed, while `is_needed` returns true.
///
/// # Errors
///
/// When PostgreSQL cannot be reached.
pub async fn listen(
    db: &DatabaseConnection,
    channel: &'static str,
    is_needed: impl Fn() -> bool + Send + 'static,
    notify: impl Fn(Notification) + Send + 'static,
) -> Result<Listener, DbErr> {
    let db = db.clone();
    let task = if db.get_database_backend() == DbBackend::Postgres {
        let listener = connect(&db, channel).await?;
        tokio::spawn(listen_on_postgres(db, channel, listener, notify))
    } else {
        let changes = ChangeDetector::new(db.get_sqlite_connection_pool().connect_options());
        tokio::spawn(poll_sqlite(changes, is_needed, notify))
    };
    Ok(Listener(task.abort_handle()))
}

async fn poll_sqlite(mut changes: ChangeDetector, is_needed: impl Fn() -> bool, notify: impl Fn(Notification)) {
    loop {
        sleep(POLL_INTERVAL).await;
        if !is_needed() {
            changes.close();
        } else if changes.is_changed().await {
            notify(Notification::DatabaseChanged);
        }
    }
}

async fn listen_on_postgres(
    db: DatabaseConnection,
    channel: &'static str,
    listener: PgListener,
    notify: impl Fn(Notification),
) {
    let mut listener = Some(listener);
    loop {
        if let Some(connected) = &mut listener {
            let notification = receive(connected).await;
            if notification.is_none() {
                listener = None;
            }
            notify(notification.unwrap_or(Notification::MaybeMissed));
        } else {
            match connect(&db, channel).await {
                Ok(connected) => {
                    listener = Some(connected);
                    notify(Notification::MaybeMissed);
                }
                Err(error) => {
                    tracing::warn!(target: "latchkey::database", %error, "cannot listen for notifications, retrying");
                    sleep(RETRY_DELAY).await;
                }
            }
        }
    }
}

/// Connects and listens. Uses a new pool each time, so that a dead connection of the previous one cannot block it.
async fn connect(db: &DatabaseConnection, channel: &str) -> Result<PgListener, DbErr> {
    let unavailable = |error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    let options = db.get_postgres_connection_pool().connect_options();
    let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT);
    let pool = pool.connect_lazy_with(options.as_ref().clone());
    let mut listener = PgListener::connect_with(&pool).await.map_err(unavailable)?;
    listener.listen(channel).await.map_err(unavailable)?;
    Ok(listener)
}

/// Receives the next notification; `None` if the connection is lost. Tests a silent connection with a query: a listener
/// never sends anything, and so would not notice that its connection is dead.
async fn receive(listener: &mut PgListener) -> Option<Notification> {
    match timeout(TEST_AFTER, listener.try_recv()).await {
        Ok(Ok(Some(notification))) => Some(Notification::Payload(notification.payload().to_owned())),
        Ok(Ok(None) | Err(_)) => None,
        Err(_) => match timeout(ACQUIRE_TIMEOUT, listener.execute("SELECT 1")).await {
            Ok(Ok(_)) => Some(Notification::MaybeMissed),
            Ok(Err(_)) | Err(_) => None,
        },
    }
}
