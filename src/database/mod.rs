//! Access to the database: connections, migrations, transactions, retries, batched reads and notifications.
//!
//! Knows no table except the list of migrations. The timeouts here keep a slow or unreachable database from holding
//! requests for longer than clients wait. A query that only reads runs in [`retry_read`], a transaction that writes
//! begins with [`begin`] and runs in [`retry_transaction`]; both run again after a failure that is not the fault of the
//! caller.
//!
//! To add a setting of PostgreSQL, add it to `session_settings.rs`. To treat another failure as temporary, add its code
//! to `failure.rs`. A migration is a file in `migration/src`.
//!
//! ```
//! use latchkey::database;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let db = database::open(&"sqlite::memory:".parse()?, 1).await?;
//! let applied = database::migrate_up(&db).await?;
//! assert!(applied > 0 && database::is_ready(&db).await);
//! # Ok(())
//! # }
//! ```

mod batch_loader;
mod connections;
mod failure;
mod listener;
mod migrate;
mod open;
mod retry;
mod session_settings;
mod sqlite_changes;
mod stale_plans;
mod transaction;
mod url;

use std::time::Duration;

pub use batch_loader::{BatchLoader, LoadResult};
pub use connections::{Connections, Load};
pub use failure::is_unavailable;
pub use listener::{Listener, Notification, listen};
pub use migrate::{Migration, is_ready, migrate_down, migrate_up, status};
pub use open::open;
pub use retry::{CausedByDatabase, retry_read, retry_transaction};
pub use session_settings::has_required_settings;
pub use transaction::begin;
pub use url::{DatabaseUrl, InvalidDatabaseUrl, Location};

/// How long a request may wait for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
