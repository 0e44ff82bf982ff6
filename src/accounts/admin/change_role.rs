//! Making an admin of a user, and a user of an admin.

use super::{NoSuchUser, row};
use crate::{
    accounts::{
        Accounts,
        caller::Admin,
        error::Failure,
        event::Event,
        id::UserId,
        user::{Role, User},
    },
    database, entity,
};

impl Accounts {
    /// Gives a user this role. It holds from their next request on; their tokens need not change.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn change_role(&self, _: &Admin, id: UserId, to: Role) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.give_role(id, to)).await
    }

    async fn give_role(&self, id: UserId, to: Role) -> Result<User, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        let user = row(&transaction, id).await?;
        let from = user.role;
        if from == to {
            return Ok(user.into());
        }
        let changed = entity::user::Model { role: to, updated_at: self.clock.now(), ..user.clone() };
        let user = entity::user::update(&transaction, &user, changed).await?;
        self.commit(transaction, Event::RoleChanged { user: id.0, from, to }).await?;
        Ok(user.into())
    }
}
