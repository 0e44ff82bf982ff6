//! Many users at once, for those who hold their ids.

use crate::{
    accounts::{Accounts, error::Fault, id::UserId, user::User},
    database, entity,
};

impl Accounts {
    /// The users with these ids, in one question and in no order; nothing for an id that is nobody's. What of them may be
    /// seen depends on who asks, and is for whoever shows them to decide.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, Fault> {
        let found = database::asked_again(|| entity::user::find_all(&self.db, ids.iter().map(|id| id.0))).await?;
        Ok(found.into_iter().map(User::from).collect())
    }
}
