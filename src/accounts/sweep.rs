//! Removing what is over, a little at a time.

use super::{Accounts, Fault};
use crate::entity;

/// How many rows are removed at once: few enough that nobody waits for their locks.
const BATCH: u64 = 500;

impl Accounts {
    /// Removes sessions that have expired and attempts that are forgotten, and says how many rows that were. Instances
    /// that do it at the same time are not in each other's way.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut removed = 0;
        loop {
            let sessions = entity::session::remove_expired(&self.db, now, BATCH).await?;
            let attempts = entity::attempt::remove_forgotten(&self.db, now, BATCH).await?;
            removed += sessions + attempts;
            if sessions.max(attempts) < BATCH {
                return Ok(removed);
            }
        }
    }
}
