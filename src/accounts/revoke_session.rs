//! Ending a session from another device: a lost telephone, a library's computer.

use super::{Accounts, Actor, Failure, Session, SessionId, event::Event};
use crate::entity;

/// Why no session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevokeSessionRefusal {
    /// The actor has no open session with this id.
    SessionNotFound,
}

impl Accounts {
    /// Ends one of the actor's sessions; it may be the one that asks.
    ///
    /// # Errors
    ///
    /// [`RevokeSessionRefusal`].
    pub async fn revoke_session(
        &self,
        actor: &Actor,
        session: SessionId,
    ) -> Result<Session, Failure<RevokeSessionRefusal>> {
        let ended = entity::session::end(&self.db, session.0, actor.user().id.0, self.clock.now()).await?;
        let ended = ended.ok_or(Failure::Refused(RevokeSessionRefusal::SessionNotFound))?;
        self.ended_sessions.call(actor.user().id.0);
        self.record(Event::SessionEnded { user: actor.user().id.0, session: session.0 });
        Ok(ended.into())
    }
}
