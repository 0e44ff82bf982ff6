//! Marking an e-mail address as verified.

use super::{NoSuchUser, row};
use crate::{
    accounts::{Accounts, authentication::caller::Admin, error::Failure, event::AdminAction, id::UserId, user::User},
    database, entity,
};

impl Accounts {
    /// Marks the e-mail address of a user as verified without a mail. Does nothing if the user has none.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn verify_user(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.mark_verified(admin, id)).await
    }

    async fn mark_verified(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = row(&transaction, id).await?;
        if user.email.is_none() || user.email_verified_at.is_some() {
            return Ok(user.into());
        }
        let verified = entity::user::Model {
            email_verified_at: Some(now),
            unverified_until: None,
            updated_at: now,
            ..user.clone()
        };
        let user = entity::user::update(&transaction, &user, verified).await?;
        self.commit(transaction, admin.event(AdminAction::VerifyEmail, id)).await?;
        Ok(user.into())
    }
}
