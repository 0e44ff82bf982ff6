//! Keeping a user out, and letting them in again.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};

use super::{NoSuchUser, row};
use crate::{
    accounts::{
        Accounts, caller::Admin, error::Failure, event::AdminAction, id::UserId, login::admission::wait_for_logins,
        user::User,
    },
    database, entity,
};

impl Accounts {
    /// Keeps a user out from this moment: their sessions are ended, and none begins. Says how many were ended.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn disable_user(&self, admin: &Admin, id: UserId) -> Result<(User, u64), Failure<NoSuchUser>> {
        database::retry_transaction(|| self.disable(admin, id)).await
    }

    async fn disable(&self, admin: &Admin, id: UserId) -> Result<(User, u64), Failure<NoSuchUser>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        wait_for_logins(&transaction, id).await?;
        let mut user = row(&transaction, id).await?.into_active_model();
        if user.disabled_at.as_ref().is_none() {
            (user.disabled_at, user.updated_at) = (Set(Some(now)), Set(now));
        }
        let user = user.update(&transaction).await?;
        let ended = entity::session::end_all(&transaction, id.0, now).await?;
        self.commit(transaction, admin.did(AdminAction::Disable, id)).await?;
        self.ended_sessions.wake(id.0);
        Ok((user.into(), ended))
    }

    /// Lets a user in again who was kept out. Their old sessions stay ended.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn enable_user(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.enable(admin, id)).await
    }

    async fn enable(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        let mut user = row(&transaction, id).await?.into_active_model();
        if user.disabled_at.as_ref().is_some() {
            (user.disabled_at, user.updated_at) = (Set(None), Set(self.clock.now()));
        }
        let user = user.update(&transaction).await?;
        self.commit(transaction, admin.did(AdminAction::Enable, id)).await?;
        Ok(user.into())
    }
}
