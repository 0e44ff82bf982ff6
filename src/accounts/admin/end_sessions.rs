//! Logging a user out everywhere.

use super::NoSuchUser;
use crate::{
    accounts::{Accounts, Admin, Failure, UserId, event::Deed},
    entity,
};

impl Accounts {
    /// Ends every open session of a user, and says how many that were.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn end_sessions(&self, admin: &Admin, id: UserId) -> Result<u64, Failure<NoSuchUser>> {
        super::row::<NoSuchUser>(&self.db, id).await?;
        let ended = entity::session::end_all(&self.db, id.0, self.clock.now()).await?;
        self.record_deed(admin, Deed::EndSessions, id);
        self.ended_sessions.call(id.0);
        Ok(ended)
    }
}
