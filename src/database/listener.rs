//! What other instances have to tell, heard over PostgreSQL's LISTEN.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{
        self, Executor,
        postgres::{PgListener, PgPoolOptions},
    },
};
use tokio::time::{sleep, timeout};

use super::{ACQUIRE, sqlite_changes::ChangeDetector};

/// How long to wait before listening again after it failed.
const AGAIN: Duration = Duration::from_secs(1);

/// How often to see whether the wire still lives, and to take it that something was missed.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

/// How often to check whether an SQLite database was changed.
const CHECK: Duration = Duration::from_secs(1);

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notification {
    /// These words.
    Payload(String),
    /// Something may have been missed: look for yourself.
    MaybeMissed,
    /// Another connection, perhaps of another process, changed the SQLite database.
    DatabaseChanged,
}

/// Listens on a channel from now on, on a connection of its own, and tells what it hears until it is dropped. On SQLite,
/// which has no notifications, it checks every second whether the database was changed, as long as `is_needed`.
#[derive(Debug)]
pub struct Listener(tokio::task::AbortHandle);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Begins to listen.
///
/// # Errors
///
/// When it cannot.
pub async fn listen(
    db: &DatabaseConnection,
    channel: &'static str,
    is_needed: impl Fn() -> bool + Send + 'static,
    notify: impl Fn(Notification) + Send + 'static,
) -> Result<Listener, DbErr> {
    let db = db.clone();
    let mut listener = match db.get_database_backend() {
        DbBackend::Postgres => Some(begin(&db, channel).await?),
        _ => None,
    };
    let changes = listener.is_none().then(|| ChangeDetector::new(db.get_sqlite_connection_pool().connect_options()));
    let listening = tokio::spawn(async move {
        if let Some(mut changes) = changes {
            loop {
                sleep(CHECK).await;
                if !is_needed() {
                    changes.close();
                } else if changes.is_changed().await {
                    notify(Notification::DatabaseChanged);
                }
            }
        }
        loop {
            if let Some(alive) = &mut listener {
                let heard = hear(alive).await;
                if heard.is_none() {
                    listener = None;
                }
                notify(heard.unwrap_or(Notification::MaybeMissed));
            } else {
                match begin(&db, channel).await {
                    Ok(again) => {
                        listener = Some(again);
                        notify(Notification::MaybeMissed);
                    }
                    Err(error) => {
                        tracing::warn!(target: "latchkey::database", %error, "not listening; trying again");
                        sleep(AGAIN).await;
                    }
                }
            }
        }
    });
    Ok(Listener(listening.abort_handle()))
}

/// Each time with a pool of its own, so that a connection that died in silence is in nobody's way.
async fn begin(db: &DatabaseConnection, channel: &str) -> Result<PgListener, DbErr> {
    let unavailable = |error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    let options = db.get_postgres_connection_pool().connect_options();
    let own = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE);
    let own = own.connect_lazy_with(options.as_ref().clone());
    let mut listener = PgListener::connect_with(&own).await.map_err(unavailable)?;
    listener.listen(channel).await.map_err(unavailable)?;
    Ok(listener)
}

/// The next thing that is heard; nothing when the connection is lost. One that says nothing for a while is asked: a
/// listener never writes, and so would never notice that the wire is gone.
async fn hear(listener: &mut PgListener) -> Option<Notification> {
    match timeout(NOW_AND_THEN, listener.try_recv()).await {
        Ok(Ok(Some(notification))) => Some(Notification::Payload(notification.payload().to_owned())),
        Ok(Ok(None) | Err(_)) => None,
        Err(_) => match timeout(ACQUIRE, listener.execute("SELECT 1")).await {
            Ok(Ok(_)) => Some(Notification::MaybeMissed),
            Ok(Err(_)) | Err(_) => None,
        },
    }
}
