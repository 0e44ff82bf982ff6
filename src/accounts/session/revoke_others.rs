//! Ending every session of a user but the current one.

use crate::{
    accounts::{Accounts, authentication::caller::Actor, error::Failure, event::Event},
    database, entity,
    throttle::TooManyAttempts,
};

/// The result of ending the other sessions of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherSessionsRevoked {
    /// How many sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
}

impl Accounts {
    /// Ends every other open session of the actor.
    ///
    /// # Errors
    ///
    /// [`TooManyAttempts`].
    pub async fn revoke_other_sessions(&self, actor: &Actor) -> Result<OtherSessionsRevoked, Failure<TooManyAttempts>> {
        self.limit_session_ending(actor).await?;
        database::retry_transaction(|| self.end_other_sessions(actor)).await
    }

    async fn end_other_sessions(&self, actor: &Actor) -> Result<OtherSessionsRevoked, Failure<TooManyAttempts>> {
        let (user, session) = (actor.user().id.0, actor.session().id.0);
        let transaction = database::begin(&self.db).await?;
        // Waits for logins in progress.
        entity::password::lock_with_user(&transaction, user).await?;
        let ended = entity::session::end_all(&transaction, user, &[session], self.clock.now()).await?;
        if ended > 0 {
            self.commit(transaction, Event::OtherSessionsEnded { user, sessions: ended }).await?;
            self.after_ending(user, ended);
        }
        Ok(OtherSessionsRevoked { ended_sessions: ended })
    }
}
