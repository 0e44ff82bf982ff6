//! Another pair of tokens for a session that goes on: each refresh token counts once.

use chrono::{DateTime, TimeDelta, Utc};
use derive_more::From;
use sea_orm::DbErr;
use secrecy::SecretString;
use uuid::Uuid;

use super::tokens::Tokens;
use crate::{
    accounts::{
        Accounts,
        authentication::gate::{Admission, Gate},
        caller::TokenRejection,
        error::Failure,
        event::Event,
        id,
        origin::Origin,
        user::{Session, User},
    },
    database, entity,
    secrets::{LEEWAY, RefreshToken},
    throttle::{LimitedAction, Requester, TooManyAttempts},
};

/// A session that goes on.
#[derive(Debug)]
pub struct Refreshed {
    /// Which.
    pub session: Session,
    /// What to send along from now on.
    pub tokens: Tokens,
}

/// Why there are no new tokens.
#[derive(Debug, From)]
pub enum RefreshTokenRefusal {
    /// The refresh token does not count.
    Rejected(TokenRejection),
    /// Too many that were never issued came from there, or this session is refreshed too often.
    TooManyAttempts(TooManyAttempts),
}

/// How soon after the last time another refresh counts among the changes of its session.
const OFTEN: TimeDelta = TimeDelta::minutes(1);

/// What a refresh token is to its session.
enum Standing {
    /// The one that counts.
    Current,
    /// Its turn was a moment ago: an answer got lost, or two tabs asked at once.
    JustUsed,
    /// One of those that came before: somebody else has it, too.
    Old,
}

impl Accounts {
    /// Puts a refresh token's successor in its place. The same token within the grace period gets the same pair again;
    /// after it, it is taken for stolen, and ends its session (RFC 9700 §4.14.2).
    ///
    /// # Errors
    ///
    /// [`RefreshTokenRefusal`].
    pub async fn refresh_token(
        &self,
        origin: &Origin,
        token: &SecretString,
    ) -> Result<Refreshed, Failure<RefreshTokenRefusal>> {
        let now = self.clock.now();
        let outcome = self.next_pair(token, now).await;
        if let Err(Failure::Refused(RefreshTokenRefusal::Rejected(TokenRejection::Invalid))) = &outcome {
            // Counted afterwards, and only then: who has a token of ours is in nobody's way, and nobody is in theirs.
            let who = Requester { account: None, network: origin.network(), familiar: false };
            let attempt = self.throttle.attempt(LimitedAction::RefreshToken, who);
            self.count(&attempt).await?;
        }
        outcome
    }

    async fn next_pair(
        &self,
        token: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, Failure<RefreshTokenRefusal>> {
        let token = self.refresh_tokens.decode(token).ok_or(TokenRejection::Invalid)?;
        let successor = self.refresh_tokens.successor(&token);

        // Who loses the race for the turn asks once more, and finds that the turn was taken a moment ago.
        loop {
            let (user, session) = self.session_of(&token, now).await?;
            match self.standing(&session, &token, &successor, now) {
                Standing::Current => {
                    // A session that is refreshed as it should be is not counted, which would be a write more each time.
                    let often = session.was_refreshed_within(OFTEN, now).then(|| self.change_of(user.id, session.id));
                    if let Some(attempt) = &often {
                        self.look(attempt).await?;
                    }
                    let expires_at = self.expiry(session.created_at, now);
                    let turn = entity::session::Turn { from: token.hash(), to: successor.hash(), now, expires_at };
                    let take_turn = || entity::session::take_turn(&self.db, session.id, &turn);
                    if let Some(session) = database::retry_transaction(take_turn).await? {
                        if let Some(attempt) = &often {
                            // It was allowed a moment ago, and the turn is taken, whatever comes of counting it.
                            let _ = attempt.count(&self.db, self.clock.now()).await;
                        }
                        return self.refreshed(&user, session, &successor);
                    }
                }
                Standing::JustUsed => return self.refreshed(&user, session, &successor),
                Standing::Old => {
                    // Of several who come with it, one is the first.
                    database::retry_transaction(|| self.end_reused(session.user_id, session.id, now)).await?;
                    return Err(TokenRejection::Revoked.into());
                }
            }
        }
    }

    async fn end_reused(&self, user: Uuid, session: Uuid, now: DateTime<Utc>) -> Result<(), DbErr> {
        let transaction = database::begin(&self.db).await?;
        if entity::session::end(&transaction, session, user, now).await?.is_some() {
            self.commit(transaction, Event::RefreshTokenReused { user, session }).await?;
            self.ended_sessions.wake(user);
        }
        Ok(())
    }

    /// The session of a token, if it is open and its user may enter.
    async fn session_of(
        &self,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<(User, entity::session::Model), Failure<RefreshTokenRefusal>> {
        let found = database::asked_again(|| entity::session::with_user(&self.db, token.session())).await?;
        let Some((session, Some(user))) = found else {
            return Err(self.why_removed(token.session(), now).into());
        };
        let user = User::from(user);
        match self.closed_gate(Admission { user: &user, session: Some(&session.clone().into()) }, now) {
            None => Ok((user, session)),
            Some(Gate::SessionExpired) => Err(TokenRejection::Expired.into()),
            Some(Gate::SessionEnded | Gate::Disabled | Gate::EmailNotVerified) => Err(TokenRejection::Revoked.into()),
        }
    }

    /// Why the session no longer exists: sessions are removed once they have expired, and a while after they were
    /// ended. One that cannot have expired yet was ended.
    fn why_removed(&self, session: Uuid, now: DateTime<Utc>) -> TokenRejection {
        let began = id::began(session);
        let lifetime = self.policy.refresh_token_lifetime.min(self.policy.session_lifetime);
        if began.is_some_and(|began| began + lifetime > now) {
            TokenRejection::Revoked
        } else {
            TokenRejection::Expired
        }
    }

    fn standing(
        &self,
        session: &entity::session::Model,
        token: &RefreshToken,
        successor: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Standing {
        // Another instance's clock may have said when; ending a session for it would be a pity.
        let grace = self.policy.refresh_grace + LEEWAY;
        let just_now = session.refreshed_at.is_some_and(|at| now - at <= grace);
        if session.accepts(&token.hash()) {
            Standing::Current
        } else if session.accepts(&successor.hash()) && just_now {
            Standing::JustUsed
        } else {
            Standing::Old
        }
    }

    /// The pair of a session whose turn was taken: whoever asks, now or again, gets the same one.
    fn refreshed(
        &self,
        user: &User,
        session: entity::session::Model,
        token: &RefreshToken,
    ) -> Result<Refreshed, Failure<RefreshTokenRefusal>> {
        let at = session.refreshed_at.unwrap_or(session.created_at);
        let tokens = self.issue(user, &session, token, at)?;
        Ok(Refreshed { session: session.into(), tokens })
    }
}
