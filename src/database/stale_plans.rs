//! Closes connections whose prepared statements are outdated, because the type of a column changed.
//!
//! PostgreSQL refuses to run a prepared statement whose result type has changed since it was prepared, and a connection
//! keeps its prepared statements as long as it is open. After such an error, [`close_connections`] makes each pool
//! replace the connections that are older.

use std::sync::{Mutex, PoisonError};

use sea_orm::ConnectOptions;
use tokio::time::Instant;

/// The time of the last such error. One for all pools of the process, because they use the same database.
static LAST_SEEN: Mutex<Option<Instant>> = Mutex::new(None);

/// Makes the pools close every connection that is open now, instead of using it again.
pub(super) fn close_connections() {
    *LAST_SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Makes a pool check the age of a connection before it is used.
pub(super) fn watch(options: &mut ConnectOptions) {
    options.map_sqlx_postgres_before_acquire(|_, connection| {
        let last_seen = *LAST_SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        let opened_later = last_seen.is_none_or(|last_seen| connection.age < last_seen.elapsed());
        Box::pin(async move { Ok(opened_later) })
    });
}
