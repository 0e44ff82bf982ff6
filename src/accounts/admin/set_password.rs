//! Setting a new password for a user.

use derive_more::From;
use secrecy::SecretString;

use super::{NoSuchUser, row};
use crate::{
    accounts::{
        Accounts,
        authentication::caller::Admin,
        error::{Failure, RetryAfter},
        event::AdminAction,
        id::UserId,
        login::stored_password,
        user::User,
        validation::form::{Field, Violations},
    },
    database, entity,
    mail::MailKind,
    secrets::PasswordHash,
};

/// Why no password was set.
#[derive(Debug, From)]
pub enum SetPasswordRefusal {
    /// No user has this id.
    NoSuchUser(NoSuchUser),
    /// The new password breaks a rule.
    ValidationFailed(Violations),
    /// Too many passwords are waiting to be hashed.
    ServerBusy(RetryAfter),
}

/// The result of setting a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordSet {
    /// How many sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
}

impl Accounts {
    /// Sets a user's password and ends their sessions, both or neither.
    ///
    /// # Errors
    ///
    /// [`SetPasswordRefusal`]; nothing is changed then.
    pub async fn set_password(
        &self,
        admin: &Admin,
        id: UserId,
        new: &SecretString,
    ) -> Result<PasswordSet, Failure<SetPasswordRefusal>> {
        let row = || row::<SetPasswordRefusal>(&self.db, id);
        let user: User = database::retry_transaction(row).await?.into();
        let new = self.parse_new(&user, new)?;
        self.refuse_breached(Field::NewPassword, &new).await?;
        let hash = self.hasher.permit(None).await?.hash(new).await?;
        database::retry_transaction(|| self.put_password(admin, id, hash.clone())).await
    }

    async fn put_password(
        &self,
        admin: &Admin,
        id: UserId,
        hash: PasswordHash,
    ) -> Result<PasswordSet, Failure<SetPasswordRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let locked = entity::password::lock_with_user(&transaction, id.0).await?;
        let (user, _) = locked.ok_or(Failure::Refused(NoSuchUser.into()))?;
        entity::password::put(&transaction, stored_password::chosen(id.0, hash, now)).await?;
        let ended = entity::session::end_all(&transaction, id.0, &[], now).await?;
        entity::ticket::remove_of_old_password(&transaction, id.0).await?;
        self.forget_guesses(&transaction, id.0).await?;
        let (event, mail) = (admin.event(AdminAction::SetPassword, id), MailKind::PasswordChanged);
        self.commit_and_notify(transaction, event, mail, user.email, None).await?;
        self.after_ending(id.0, ended);
        Ok(PasswordSet { ended_sessions: ended })
    }
}
