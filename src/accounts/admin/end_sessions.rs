//! Logging a user out everywhere.

use super::NoSuchUser;
use crate::{
    accounts::{Accounts, caller::Admin, error::Failure, event::AdminAction, id::UserId},
    database, entity,
};

impl Accounts {
    /// Ends every open session of a user, and says how many that were.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn end_sessions(&self, admin: &Admin, id: UserId) -> Result<u64, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.end_all_sessions(admin, id)).await
    }

    async fn end_all_sessions(&self, admin: &Admin, id: UserId) -> Result<u64, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        crate::accounts::admin::row::<NoSuchUser>(&transaction, id).await?;
        let ended = entity::session::end_all(&transaction, id.0, self.clock.now()).await?;
        self.commit(transaction, admin.did(AdminAction::EndSessions, id)).await?;
        self.ended_sessions.wake(id.0);
        Ok(ended)
    }
}
