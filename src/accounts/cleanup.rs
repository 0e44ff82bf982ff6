//! Removing expired rows in small batches.

use chrono::TimeDelta;

use crate::{
    accounts::{Accounts, error::Fault, id},
    entity,
    throttle::KEEP_FORGOTTEN,
};

/// How many rows are removed at once, so that their locks are short.
const BATCH: u64 = 500;

/// How long a ticket is kept after it has expired, so that the client learns why it is rejected.
const KEEP_EXPIRED_TICKETS: TimeDelta = TimeDelta::days(7);

/// How long an ended session is kept at least, for clients that are notified of it or read its reason.
const KEEP_ENDED: TimeDelta = TimeDelta::days(1);

impl Accounts {
    /// Removes expired sessions, tickets, reservations and pending registrations, sessions that ended together or a day
    /// ago, counters of attempts that no longer matter, old events, and users who registered but never verified their
    /// address. Returns how many rows were removed. Several instances may do
    /// this at the same time.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn clean_up(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut removed = self.remove_ended_together().await?;
        let oldest_event = id::first_of(now - self.policy.event_lifetime);
        loop {
            let batches = [
                entity::session::remove_ended(&self.db, now - KEEP_ENDED, BATCH).await?,
                entity::session::remove_expired(&self.db, now, BATCH).await?,
                entity::ticket::remove_expired(&self.db, now - KEEP_EXPIRED_TICKETS, BATCH).await?,
                entity::earlier_ticket::remove_expired(&self.db, now - KEEP_EXPIRED_TICKETS, BATCH).await?,
                entity::pending_registration::remove_expired(&self.db, now, BATCH).await?,
                entity::user::remove_unverified(&self.db, now, BATCH).await?,
                entity::reservation::remove_expired(&self.db, now, BATCH).await?,
                entity::attempt::remove_forgotten(&self.db, now - KEEP_FORGOTTEN, BATCH).await?,
                entity::event::remove_older(&self.db, oldest_event, BATCH).await?,
            ];
            removed += batches.iter().sum::<u64>();
            if batches.iter().all(|rows| *rows < BATCH) {
                return Ok(removed);
            }
        }
    }
}
