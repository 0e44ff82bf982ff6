//! The connection pools of a server.

use sea_orm::{DatabaseConnection, DbBackend, DbErr};

use super::{
    open::{open, open_with},
    session_settings::{READ_BY_KEY, SessionSettings},
    url::{DatabaseUrl, Location},
};

/// The number of connections in the pool for readers. One is enough, unless it hangs.
const READERS: u32 = 2;

/// The connection pools of a server.
#[derive(Clone, Debug)]
pub struct Connections {
    /// The pool for everything that has no pool of its own.
    pub common: DatabaseConnection,
    /// A small pool for the session lookup that every request makes, so that a burst of logins cannot delay it.
    pub readers: DatabaseConnection,
    /// A pool that bypasses an external connection pooler, which assigns a connection only for the duration of a
    /// transaction. For migrations and notifications. The same as `common` without a pooler.
    pub direct: DatabaseConnection,
}

impl Connections {
    /// Opens at most this number of connections, including those for readers. `direct` is the address that bypasses an
    /// external connection pooler, and adds one connection.
    ///
    /// # Errors
    ///
    /// The errors of [`open`].
    pub async fn open(url: &DatabaseUrl, direct: Option<&DatabaseUrl>, max_connections: u32) -> Result<Self, DbErr> {
        if let Some(direct) = direct {
            let settings = SessionSettings::Unsupported;
            let common = open_with(url, max_connections.saturating_sub(READERS).max(1), settings).await?;
            let readers = open_with(url, READERS, settings).await?;
            return Ok(Self { common, readers, direct: open(direct, 1).await? });
        }
        if max_connections <= READERS || matches!(url.location(), Location::Memory) {
            // A second connection would open a second database in memory.
            let common = open(url, max_connections).await?;
            return Ok(Self { readers: common.clone(), direct: common.clone(), common });
        }
        let common = open(url, max_connections - READERS).await?;
        let readers = open_with(url, READERS, SessionSettings::Set(&READ_BY_KEY)).await?;
        Ok(Self { readers, direct: common.clone(), common })
    }

    /// The load of each pool, by name.
    #[must_use]
    pub fn load(&self) -> [(&'static str, Load); 2] {
        [("common", load(&self.common)), ("readers", load(&self.readers))]
    }

    /// Closes all connections.
    ///
    /// # Errors
    ///
    /// The error of the first pool that cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        let Self { common, readers, direct } = self;
        let (common, readers) = (common.close().await, readers.close().await);
        common.and(readers).and(direct.close().await)
    }
}

/// The load of a connection pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// The number of open, unused connections.
    pub idle: usize,
    /// The number of connections in use.
    pub used: usize,
    /// The maximum number of connections.
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
    let number = |count| usize::try_from(count).unwrap_or(usize::MAX);
    Load { idle, used: number(open).saturating_sub(idle), max: number(max) }
}
