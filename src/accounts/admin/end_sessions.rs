//! Ending every session of a user.

use super::NoSuchUser;
use crate::{
    accounts::{Accounts, authentication::caller::Admin, error::Failure, event::AdminAction, id::UserId},
    database, entity,
};

/// The result of ending every session of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AllSessionsEnded {
    /// How many sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
}

impl Accounts {
    /// Ends every open session of a user.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn end_sessions(&self, admin: &Admin, id: UserId) -> Result<AllSessionsEnded, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.end_all_sessions(admin, id)).await
    }

    async fn end_all_sessions(&self, admin: &Admin, id: UserId) -> Result<AllSessionsEnded, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        // Waits for logins in progress.
        entity::password::lock_with_user(&transaction, id.0).await?.ok_or(Failure::Refused(NoSuchUser))?;
        let ended = entity::session::end_all(&transaction, id.0, &[], self.clock.now()).await?;
        self.commit(transaction, admin.event(AdminAction::EndSessions, id)).await?;
        self.after_ending(id.0, ended);
        Ok(AllSessionsEnded { ended_sessions: ended })
    }
}
