//! Logging out: ends the session of the request, of its refresh token, or both.

use secrecy::SecretString;
use uuid::Uuid;

use super::rotation::TokenState;
use crate::{
    accounts::{Accounts, authentication::caller::Actor, error::Fault, event::Event, user::Session},
    database, entity,
};

impl Accounts {
    /// Ends the actor's session, and the session of a refresh token that would be accepted. Any other refresh token is
    /// ignored (RFC 7009 §2.2). Returns the session that was ended, if there was one.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn logout(
        &self,
        actor: Option<&Actor>,
        refresh_token: Option<&SecretString>,
    ) -> Result<Option<Session>, Fault> {
        let mut ended = None;
        if let Some(actor) = actor {
            let end = || self.end_session_of(actor.user().id.0, actor.session().id.0);
            // Another request may have ended it first; the result is the same.
            ended = Some(database::retry_transaction(end).await?.unwrap_or_else(|| actor.session().clone()));
        }
        if let Some(token) = refresh_token
            && let Some((user, session)) = self.session_to_log_out(token).await?
        {
            let of_token = database::retry_transaction(|| self.end_session_of(user, session)).await?;
            ended = ended.or(of_token);
        }
        Ok(ended)
    }

    /// The user and the session of a refresh token that would be accepted.
    async fn session_to_log_out(&self, token: &SecretString) -> Result<Option<(Uuid, Uuid)>, Fault> {
        let now = self.clock.now();
        let Some(token) = self.refresh_tokens.decode(token) else { return Ok(None) };
        let found = database::retry_read(|| entity::session::with_user(&self.db, token.session())).await?;
        let Some((session, _)) = found else { return Ok(None) };
        let accepted = match self.state_of(&session, &token, now) {
            TokenState::Current | TokenState::Retried(_) => Session::from(session.clone()).is_open(now),
            TokenState::Old => false,
        };
        Ok(accepted.then_some((session.user_id, session.id)))
    }

    async fn end_session_of(&self, user: Uuid, session: Uuid) -> Result<Option<Session>, Fault> {
        let transaction = database::begin(&self.db).await?;
        let ended = entity::session::end(&transaction, session, user, self.clock.now()).await?;
        if ended.is_some() {
            self.commit(transaction, Event::SessionEnded { user, session }).await?;
            self.ended_sessions.wake(user);
        }
        Ok(ended.map(Session::from))
    }
}
