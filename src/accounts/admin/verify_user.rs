//! Taking it from whoever runs the server that an address is its user's.

use sea_orm::{ActiveModelTrait, IntoActiveModel, Set};

use super::{NoSuchUser, row};
use crate::{
    accounts::{Accounts, caller::Admin, error::Failure, event::AdminAction, id::UserId, user::User},
    database,
};

impl Accounts {
    /// Notes that the e-mail address of a user is theirs, if they have one: no mail asks them.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn verify_user(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.note_verified(admin, id)).await
    }

    async fn note_verified(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = row(&transaction, id).await?;
        if user.email.is_none() || user.email_verified_at.is_some() {
            return Ok(user.into());
        }
        let mut user = user.into_active_model();
        (user.email_verified_at, user.updated_at) = (Set(Some(now)), Set(now));
        let user = user.update(&transaction).await?;
        self.commit(transaction, admin.did(AdminAction::VerifyEmail, id)).await?;
        Ok(user.into())
    }
}
