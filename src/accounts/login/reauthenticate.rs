//! Reauthentication: proving the password once more before a change that another person at an unlocked device must not
//! make.

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
        let row = database::retry_read(|| entity::password::find(&self.db, user.0));
        let row = row.await.map_err(Fault::from)?;
        // Per session: a thief of one session cannot keep the owner from changing the password.
        let of_session = format!("{user} {}", actor.session().id);
        let who = Requester { account: Some(&of_session), network: origin.network(), familiar: false };
        let attempt = self.throttle.attempt(LimitedAction::ChangePassword, who);
        self.count(&attempt).await?;

        let to_compare = stored_password::to_compare(typed, row.as_ref());
        let check = permit.verify(to_compare, row.as_ref().map(stored_password::stored)).await?;
        let (Some(row), PasswordCheck::Correct { .. }) = (row, check) else {
            self.log_event(failed);
            return Err(Failure::Refused(WrongPassword.into()));
        };

        // Now, because the rest of the verb may still fail.
        database::retry_transaction(|| self.take_back(&attempt)).await?;
        Ok(row)
    }

    async fn take_back(&self, attempt: &Attempt) -> Result<(), DbErr> {
        let transaction = database::begin(&self.db).await?;
        attempt.take_back(&transaction, self.clock.now()).await?;
        transaction.commit().await
    }
}
