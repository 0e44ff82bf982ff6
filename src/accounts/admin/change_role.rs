//! Changing the role of a user.

use super::{NoSuchUser, row};
use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::Failure,
        event::Event,
        id::UserId,
        user::{Role, User},
    },
    database, entity,
};

impl Accounts {
    /// Sets the role of a user. It applies from the user's next request; tokens need not be renewed.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn change_role(&self, admin: &Admin, id: UserId, to: Role) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.set_role(admin, id, to)).await
    }

    async fn set_role(&self, admin: &Admin, id: UserId, to: Role) -> Result<User, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        let user = row(&transaction, id).await?;
        let from = user.role;
        if from == to {
            return Ok(user.into());
        }
        let changed = entity::user::Model { role: to, updated_at: self.clock.now(), ..user.clone() };
        let user = entity::user::update(&transaction, &user, changed).await?;
        self.commit(transaction, Event::RoleChanged { by: admin.id().map(|id| id.0), user: id.0, from, to }).await?;
        Ok(user.into())
    }
}
