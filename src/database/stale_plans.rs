//! Prepared statements that are out of date, because the type of a column changed: their connections are closed.
//!
//! PostgreSQL refuses to run a prepared statement whose result has another type than when it was prepared, and each
//! connection keeps its prepared statements for as long as it lives. Whoever sees such a refusal calls
//! [`close_connections`]; a pool then opens a new connection instead of handing out one that is older.

use std::sync::{Mutex, PoisonError};

use sea_orm::ConnectOptions;
use tokio::time::Instant;

/// When the last change was seen. One for all pools of the process: they lead to the same database.
static SEEN: Mutex<Option<Instant>> = Mutex::new(None);

/// Has every connection that is open now closed instead of used again.
pub(super) fn close_connections() {
    *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Makes a pool of connections to PostgreSQL look at their age.
pub(super) fn watch(options: &mut ConnectOptions) {
    options.map_sqlx_postgres_before_acquire(|_, connection| {
        let seen = *SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        // Opened since the last change.
        let usable = seen.is_none_or(|seen| connection.age < seen.elapsed());
        Box::pin(async move { Ok(usable) })
    });
}
