//! Taking it from whoever runs the server that an address is its user's.

use super::{NoSuchUser, row};
use crate::{
    accounts::{Accounts, caller::Admin, error::Failure, event::AdminAction, id::UserId, user::User},
    database, entity,
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
        let verified = entity::user::Model { email_verified_at: Some(now), updated_at: now, ..user.clone() };
        let user = entity::user::update(&transaction, &user, verified).await?;
        self.commit(transaction, admin.did(AdminAction::VerifyEmail, id)).await?;
        Ok(user.into())
    }
}
