//! Ending another session, for example that of a lost phone.

use derive_more::From;

use crate::{
    accounts::{Accounts, authentication::caller::Actor, error::Failure, event::Event, id::SessionId, user::Session},
    database, entity,
    throttle::TooManyAttempts,
};

/// Why no session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, From)]
pub enum RevokeSessionRefusal {
    /// The actor has no open session with this id.
    SessionNotFound,
    /// Too many changes.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Ends one of the actor's sessions, which may be the current one.
    ///
    /// # Errors
    ///
    /// [`RevokeSessionRefusal`].
    pub async fn revoke_session(
        &self,
        actor: &Actor,
        session: SessionId,
    ) -> Result<Session, Failure<RevokeSessionRefusal>> {
        self.limit_session_ending(actor).await?;
        database::retry_transaction(|| self.end_session(actor, session)).await
    }

    async fn end_session(&self, actor: &Actor, session: SessionId) -> Result<Session, Failure<RevokeSessionRefusal>> {
        let user = actor.user().id.0;
        let transaction = database::begin(&self.db).await?;
        let ended = entity::session::end(&transaction, session.0, user, self.clock.now()).await?;
        let ended = ended.ok_or(Failure::Refused(RevokeSessionRefusal::SessionNotFound))?;
        self.commit(transaction, Event::SessionEnded { user, session: session.0 }).await?;
        self.ended_sessions.wake(user);
        Ok(ended.into())
    }
}
