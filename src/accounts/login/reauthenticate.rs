//! Comparing a password before a change: with that of an actor, so that another person at an unlocked device cannot make
//! the change, or with that of the account that a link in a mail leads to.

use sea_orm::DbErr;
use secrecy::SecretString;

use super::stored_password;
use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, Fault},
        event::Event,
    },
    database, entity,
    secrets::{HashPermit, PasswordCheck},
    throttle::{Attempt, LimitedAction, Requester, TooManyAttempts},
};

/// The password is not the actor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongPassword;

/// The account whose password is compared.
pub(in crate::accounts) struct AccountPassword {
    /// What its failures are counted for: the id of the user or of the pending registration, or the name that was typed
    /// if it belongs to neither.
    pub(in crate::accounts) key: String,
    /// The stored password; `None` if the user has none.
    pub(in crate::accounts) row: Option<entity::password::Model>,
}

impl Accounts {
    /// Compares a password with the actor's and returns its row. Only failures count as attempts; they are logged as
    /// `failed`.
    pub(in crate::accounts) async fn reauthenticate<R>(
        &self,
        permit: HashPermit<'_>,
        actor: &Actor,
        origin: &Origin,
        typed: &SecretString,
        failed: Event,
    ) -> Result<entity::password::Model, Failure<R>>
    where
        R: From<WrongPassword> + From<TooManyAttempts> + From<crate::accounts::error::RetryAfter>,
    {
        let user = actor.user().id;
        let row = database::retry_read(|| entity::password::find(&self.db, user.0)).await.map_err(Fault::from)?;
        // Per session: a thief of one session cannot keep the owner from changing the password.
        let of_session = format!("{user} {}", actor.session().id);
        let who = Requester { account: Some(&of_session), network: origin.network(), familiar: false };
        let attempt = self.throttle.attempt(LimitedAction::ChangePassword, who);
        self.compare(permit, &attempt, row, typed, failed).await
    }

    /// Compares a password with that of an account, for a caller who is not logged in, and returns its row. Only failures
    /// count, as failed logins; they are logged as `failed`.
    pub(in crate::accounts) async fn check_password<R>(
        &self,
        permit: HashPermit<'_>,
        account: AccountPassword,
        origin: &Origin,
        typed: &SecretString,
        failed: Event,
    ) -> Result<entity::password::Model, Failure<R>>
    where
        R: From<WrongPassword> + From<TooManyAttempts> + From<crate::accounts::error::RetryAfter>,
    {
        let who = Requester { account: Some(&account.key), network: origin.network(), familiar: false };
        let attempt = self.throttle.attempt(LimitedAction::Login, who);
        self.compare(permit, &attempt, account.row, typed, failed).await
    }

    async fn compare<R>(
        &self,
        permit: HashPermit<'_>,
        attempt: &Attempt,
        row: Option<entity::password::Model>,
        typed: &SecretString,
        failed: Event,
    ) -> Result<entity::password::Model, Failure<R>>
    where
        R: From<WrongPassword> + From<TooManyAttempts> + From<crate::accounts::error::RetryAfter>,
    {
        self.count(attempt).await?;
        let to_compare = stored_password::to_compare(typed, row.as_ref());
        let check = permit.verify(to_compare, row.as_ref().map(stored_password::stored)).await?;
        let (Some(row), PasswordCheck::Correct { .. }) = (row, check) else {
            self.log_event(failed);
            return Err(Failure::Refused(WrongPassword.into()));
        };

        // Now, because the rest of the verb may still fail.
        database::retry_transaction(|| self.take_back(attempt)).await?;
        Ok(row)
    }

    async fn take_back(&self, attempt: &Attempt) -> Result<(), DbErr> {
        let transaction = database::begin(&self.db).await?;
        attempt.take_back(&transaction, self.clock.now()).await?;
        transaction.commit().await
    }
}
