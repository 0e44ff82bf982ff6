//! Reading many users at once by their ids.

use crate::{
    accounts::{Accounts, error::Fault, id::UserId, user::User},
    database, entity,
};

impl Accounts {
    /// The users with these ids, in one query and in no order; ids of no user are left out. The caller of this method
    /// decides what may be shown of them.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, Fault> {
        let found = database::retry_read(|| entity::user::find_all(&self.db, ids.iter().map(|id| id.0))).await?;
        Ok(found.into_iter().map(User::from).collect())
    }
}
