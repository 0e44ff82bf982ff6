//! Removing what is over, a little at a time.

use std::sync::PoisonError;

use chrono::TimeDelta;

use crate::{
    accounts::{Accounts, error::Fault, id},
    entity,
};

/// How many rows are removed at once: few enough that nobody waits for their locks.
const BATCH: u64 = 500;

/// How long it is still said of a ticket that it has expired.
const TELL_WHY: TimeDelta = TimeDelta::days(7);

/// How long an ended session is kept at least, for clients that are notified of it or look for the reason.
const KEEP_ENDED: TimeDelta = TimeDelta::days(1);

impl Accounts {
    /// Removes expired sessions and tickets, sessions that were ended a day ago, newcomers who did not come, attempts that
    /// are forgotten and events that are old, and says how many rows that were. Instances that do it at the same time are
    /// not in each other's way.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn clean_up(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut removed = 0;
        let oldest_event = id::first_of(now - self.policy.event_lifetime);
        let before = now - KEEP_ENDED;
        let mut place = *self.ended_until.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let (rows, last) = entity::session::remove_ended(&self.db, place, before, BATCH).await?;
            removed += rows;
            let Some(last) = last else { break };
            place = Some(last);
            *self.ended_until.lock().unwrap_or_else(PoisonError::into_inner) = place;
        }
        loop {
            let batches = [
                entity::session::remove_expired(&self.db, now, BATCH).await?,
                entity::ticket::remove_expired(&self.db, now - TELL_WHY, BATCH).await?,
                entity::pending_registration::remove_expired(&self.db, now, BATCH).await?,
                entity::attempt::remove_forgotten(&self.db, now, BATCH).await?,
                entity::event::remove_older(&self.db, oldest_event, BATCH).await?,
            ];
            removed += batches.iter().sum::<u64>();
            if batches.iter().all(|rows| *rows < BATCH) {
                return Ok(removed);
            }
        }
    }
}
