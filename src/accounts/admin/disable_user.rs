//! Disabling and enabling a user.

use super::{NoSuchUser, row};
use crate::{
    accounts::{Accounts, authentication::caller::Admin, error::Failure, event::AdminAction, id::UserId, user::User},
    database, entity,
};

/// The result of disabling a user.
#[derive(Debug)]
pub struct UserDisabled {
    /// The user, who cannot log in any longer.
    pub user: User,
    /// How many sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
}

impl Accounts {
    /// Disables a user: ends their sessions and refuses every login from now on.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn disable_user(&self, admin: &Admin, id: UserId) -> Result<UserDisabled, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.disable(admin, id)).await
    }

    async fn disable(&self, admin: &Admin, id: UserId) -> Result<UserDisabled, Failure<NoSuchUser>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let locked = entity::password::lock_with_user(&transaction, id.0).await?;
        let (user, _) = locked.ok_or(Failure::Refused(NoSuchUser))?;
        let disabled = match user.disabled_at {
            None => entity::user::Model { disabled_at: Some(now), updated_at: now, ..user.clone() },
            Some(_) => user.clone(),
        };
        let user = entity::user::update(&transaction, &user, disabled).await?;
        let ended = entity::session::end_all(&transaction, id.0, &[], now).await?;
        self.commit(transaction, admin.event(AdminAction::Disable, id)).await?;
        self.after_ending(id.0, ended);
        Ok(UserDisabled { user: user.into(), ended_sessions: ended })
    }

    /// Enables a disabled user. Sessions that were ended stay ended.
    ///
    /// # Errors
    ///
    /// [`NoSuchUser`].
    pub async fn enable_user(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        database::retry_transaction(|| self.enable(admin, id)).await
    }

    async fn enable(&self, admin: &Admin, id: UserId) -> Result<User, Failure<NoSuchUser>> {
        let transaction = database::begin(&self.db).await?;
        let user = row::<NoSuchUser>(&transaction, id).await?;
        let enabled = match user.disabled_at {
            Some(_) => entity::user::Model { disabled_at: None, updated_at: self.clock.now(), ..user.clone() },
            None => user.clone(),
        };
        let user = entity::user::update(&transaction, &user, enabled).await?;
        self.commit(transaction, admin.event(AdminAction::Enable, id)).await?;
        Ok(user.into())
    }
}
