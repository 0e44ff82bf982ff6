//! Detects changes of an SQLite database by any process, with `PRAGMA data_version`.

use std::sync::Arc;

use sea_orm::sqlx::{self, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

/// Compares the version of the database with the previous one.
pub(super) struct ChangeDetector {
    options: Arc<SqliteConnectOptions>,
    /// A connection, whose `data_version` changes with each commit of any other connection, and the last version.
    last: Option<(SqliteConnection, i64)>,
}

impl ChangeDetector {
    pub(super) fn new(options: Arc<SqliteConnectOptions>) -> Self {
        Self { options, last: None }
    }

    /// Whether the database may have changed since the last call. True for the first call, and when the version cannot
    /// be read.
    pub(super) async fn is_changed(&mut self) -> bool {
        let Some((mut connection, before)) = self.last.take() else {
            if let Ok(mut connection) = SqliteConnection::connect_with(&self.options).await
                && let Ok(version) = read_version(&mut connection).await
            {
                self.last = Some((connection, version));
            }
            return true;
        };
        let Ok(version) = read_version(&mut connection).await else { return true };
        self.last = Some((connection, version));
        version != before
    }

    /// Closes the connection. The next call opens a new one.
    pub(super) fn close(&mut self) {
        self.last = None;
    }
}

async fn read_version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await
}
