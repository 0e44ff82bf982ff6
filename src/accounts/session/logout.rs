//! Logging out: ends the session of the request.

use crate::{
    accounts::{Accounts, authentication::caller::Actor, error::Fault, event::Event, user::Session},
    database, entity,
};

impl Accounts {
    /// Ends the actor's session.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn logout(&self, actor: &Actor) -> Result<Session, Fault> {
        database::retry_transaction(|| self.end_session_of(actor)).await
    }

    async fn end_session_of(&self, actor: &Actor) -> Result<Session, Fault> {
        let session = actor.session();
        let transaction = database::begin(&self.db).await?;
        let ended = entity::session::end(&transaction, session.id.0, actor.user().id.0, self.clock.now()).await?;
        if ended.is_some() {
            let event = Event::SessionEnded { user: actor.user().id.0, session: session.id.0 };
            self.commit(transaction, event).await?;
            self.ended_sessions.wake(actor.user().id.0);
        }
        // Another request may have ended it first; the result is the same.
        Ok(ended.map_or_else(|| session.clone(), Session::from))
    }
}
