//! After all sessions of a user ended in one write: notifies subscribers, and removes the rows in the background.

use sea_orm::{DatabaseConnection, DbErr};
use uuid::Uuid;

use crate::{accounts::Accounts, database, entity};

/// How many rows are read and removed at once, so that their locks are short.
const BATCH: u64 = 500;

/// How many users are read at once.
const USERS: u64 = 100;

impl Accounts {
    /// Notifies the subscribers of a user of this many sessions that ended, and removes those that have no time of their
    /// own. Called after the commit; neither the response nor its success waits for it.
    pub(in crate::accounts) fn after_ending(&self, user: Uuid, ended: u64) {
        if ended == 0 {
            return;
        }
        self.ended_sessions.wake(user);
        if ended < entity::session::MAX_ENDED_ROWS as u64 {
            return;
        }
        let db = self.db.clone();
        tokio::spawn(async move {
            if let Err(error) = remove_of(&db, user).await {
                // The cleanup continues.
                tracing::warn!(target: "latchkey::sessions", %error, "ended sessions not removed yet");
            }
        });
    }

    /// Removes the sessions that ended together and were not removed yet, for example because the server stopped.
    /// Returns how many rows were removed.
    pub(in crate::accounts) async fn remove_ended_together(&self) -> Result<u64, DbErr> {
        let mut removed = 0;
        loop {
            let removals = entity::session_removal::some(&self.db, USERS).await?;
            for removal in &removals {
                removed += remove(&self.db, *removal).await?;
            }
            if (removals.len() as u64) < USERS {
                return Ok(removed);
            }
        }
    }
}

async fn remove_of(db: &DatabaseConnection, user: Uuid) -> Result<(), DbErr> {
    if let Some(removal) = entity::session_removal::find(db, user).await? {
        remove(db, removal).await?;
    }
    Ok(())
}

async fn remove(db: &DatabaseConnection, removal: entity::session_removal::Model) -> Result<u64, DbErr> {
    let (user, generation) = (removal.user_id, removal.generation);
    let (mut removed, mut after) = (0, None);
    loop {
        let remove = || entity::session::remove_earlier_generations(db, user, generation, after, BATCH);
        let (rows, last) = database::retry_transaction(remove).await?;
        removed += rows;
        after = last;
        if after.is_none() {
            break;
        }
    }
    entity::session_removal::complete(db, removal).await?;
    Ok(removed)
}
