//! What other instances have to tell, heard over PostgreSQL's LISTEN.

use std::time::Duration;

use sea_orm::{
    DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{
        self, PgPool,
        postgres::{PgListener, PgPoolOptions},
    },
};

/// How long to wait before listening again after it failed.
const AGAIN: Duration = Duration::from_secs(1);

/// How often to take it that something was missed, so that a wire that died in silence costs no more than this.
const NOW_AND_THEN: Duration = Duration::from_secs(30);

/// What was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// These words.
    Words(String),
    /// Something may have been missed: look for yourself.
    Perhaps,
}

/// Listens on a channel from now on, on a connection of its own, and tells what it hears, for ever. On
/// SQLite there is nobody else to hear.
///
/// # Errors
///
/// When listening does not begin.
pub async fn listen(
    db: &DatabaseConnection,
    channel: &'static str,
    tell: impl Fn(Heard) + Send + 'static,
) -> Result<(), DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        tokio::spawn(async move {
            loop {
                tokio::time::sleep(NOW_AND_THEN).await;
                tell(Heard::Perhaps);
            }
        });
        return Ok(());
    }
    let options = db.get_postgres_connection_pool().connect_options();
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options.as_ref().clone());
    let mut listener = begin(&own, channel).await?;
    tokio::spawn(async move {
        loop {
            let heard = hear(&mut listener).await;
            if heard.is_none() {
                listener = begin_again(&own, channel).await;
            }
            tell(heard.unwrap_or(Heard::Perhaps));
        }
    });
    Ok(())
}

async fn begin(own: &PgPool, channel: &str) -> Result<PgListener, DbErr> {
    let unavailable = |error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
    let mut listener = PgListener::connect_with(own).await.map_err(unavailable)?;
    listener.listen(channel).await.map_err(unavailable)?;
    Ok(listener)
}

async fn begin_again(own: &PgPool, channel: &str) -> PgListener {
    loop {
        match begin(own, channel).await {
            Ok(listener) => return listener,
            Err(error) => tracing::warn!(%error, "not listening; trying again"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// The next thing that is heard; nothing when the connection is lost for now.
async fn hear(listener: &mut PgListener) -> Option<Heard> {
    match tokio::time::timeout(NOW_AND_THEN, listener.try_recv()).await {
        Ok(Ok(Some(notification))) => Some(Heard::Words(notification.payload().to_owned())),
        Ok(Ok(None)) | Err(_) => Some(Heard::Perhaps),
        Ok(Err(_)) => None,
    }
}
