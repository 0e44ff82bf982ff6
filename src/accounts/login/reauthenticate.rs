//! Comparing a password before a change: with that of an actor, so that another person at an unlocked device cannot make
//! the change, or with that of the account that a link in a mail leads to.

use secrecy::SecretString;

use super::guess::Guess;
use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, RetryAfter},
        event::Event,
    },
    entity,
    secrets::HashPermit,
    throttle::TooManyAttempts,
};

/// The password is not the actor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongPassword;

impl Accounts {
    /// Compares a password with the actor's and returns its row. Only failures count as attempts, for all sessions of the
    /// actor together; they are logged as `failed`. A thief of one session can use the budget up, but not keep the owner
    /// from ending that session, or from a reset by mail.
    pub(in crate::accounts) async fn reauthenticate<R>(
        &self,
        permit: HashPermit,
        actor: &Actor,
        origin: &Origin,
        typed: &SecretString,
        failed: Event,
    ) -> Result<entity::password::Model, Failure<R>>
    where
        R: From<WrongPassword> + From<TooManyAttempts> + From<RetryAfter>,
    {
        self.require_password(permit, Guess::of(actor), origin, typed, failed).await
    }

    /// Compares a password with that of an account and returns its row. Only failures count; they are logged as `failed`.
    pub(in crate::accounts) async fn require_password<R>(
        &self,
        permit: HashPermit,
        guess: Guess,
        origin: &Origin,
        typed: &SecretString,
        failed: Event,
    ) -> Result<entity::password::Model, Failure<R>>
    where
        R: From<WrongPassword> + From<TooManyAttempts> + From<RetryAfter>,
    {
        let row = self.check_password(permit, origin, guess, typed).await?;
        row.ok_or_else(|| {
            self.log_event(failed);
            Failure::Refused(WrongPassword.into())
        })
    }
}
