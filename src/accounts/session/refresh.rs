//! Refreshing a session: each refresh token is valid once, and is replaced by its successor.

use chrono::{DateTime, TimeDelta, Utc};
use derive_more::From;
use sea_orm::DbErr;
use secrecy::SecretString;
use uuid::Uuid;

use super::tokens::Tokens;
use crate::{
    accounts::{
        Accounts,
        authentication::{
            caller::TokenRejection,
            gate::{Admission, Gate},
            origin::Origin,
        },
        error::Failure,
        event::Event,
        id,
        user::{Session, User},
    },
    database, entity,
    secrets::{LEEWAY, RefreshToken},
    throttle::{LimitedAction, Requester, TooManyAttempts},
};

/// The result of a refresh.
#[derive(Debug)]
pub struct Refreshed {
    /// The session.
    pub session: Session,
    /// The new tokens.
    pub tokens: Tokens,
}

/// Why there are no new tokens.
#[derive(Debug, From)]
pub enum RefreshTokenRefusal {
    /// The refresh token is not valid.
    Rejected(TokenRejection),
    /// Too many unknown refresh tokens from this network, or too many refreshes of this session.
    TooManyAttempts(TooManyAttempts),
}

/// A refresh within this time after the previous one counts as a change of the session.
const UNCOUNTED_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// The state of a refresh token.
enum TokenState {
    /// The valid one.
    Current,
    /// Rotated a moment ago: a response was lost, or two tabs sent it at the same time.
    JustRotated,
    /// Rotated before that: another client has it, too.
    Old,
}

impl Accounts {
    /// Rotates a refresh token. Within the grace period, the same token returns the same pair again; after it, the
    /// token is considered stolen and its session is ended (RFC 9700 §4.14.2).
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
            // Counted afterwards, and only if the token is unknown: clients with a token of this server are never
            // limited by others.
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

        // A request that loses the race for the rotation reads the session again, and finds that it was rotated a
        // moment ago.
        loop {
            let (user, session) = self.session_of(&token, now).await?;
            match self.state_of(&session, &token, &successor, now) {
                TokenState::Current => {
                    // Regular refreshes are not counted, which saves a write each.
                    let counted = session
                        .was_refreshed_within(UNCOUNTED_INTERVAL, now)
                        .then(|| self.change_attempt_of(user.id, session.id));
                    if let Some(attempt) = &counted {
                        self.check(attempt).await?;
                    }
                    let expires_at = self.expiry(session.created_at, now);
                    let rotation =
                        entity::session::Rotation { from: token.hash(), to: successor.hash(), now, expires_at };
                    let rotate = || entity::session::rotate(&self.db, session.id, &rotation);
                    if let Some(session) = database::retry_transaction(rotate).await? {
                        if let Some(attempt) = &counted {
                            // The refresh was allowed and has happened, whatever the result of counting it.
                            let _ = attempt.count(&self.db, self.clock.now()).await;
                        }
                        return self.refreshed(&user, session, &successor);
                    }
                }
                TokenState::JustRotated => return self.refreshed(&user, session, &successor),
                TokenState::Old => {
                    // Of several requests with the token, only the first ends the session.
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

    /// The session of a token, if it is open and its user may log in.
    async fn session_of(
        &self,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<(User, entity::session::Model), Failure<RefreshTokenRefusal>> {
        let found = database::retry_read(|| entity::session::with_user(&self.db, token.session())).await?;
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

    /// Why the session no longer exists. Sessions are removed after they have expired or were ended, and one that
    /// cannot have expired yet was ended.
    fn why_removed(&self, session: Uuid, now: DateTime<Utc>) -> TokenRejection {
        let began = id::began(session);
        let lifetime = self.policy.refresh_token_lifetime.min(self.policy.session_lifetime);
        if began.is_some_and(|began| began + lifetime > now) {
            TokenRejection::Revoked
        } else {
            TokenRejection::Expired
        }
    }

    fn state_of(
        &self,
        session: &entity::session::Model,
        token: &RefreshToken,
        successor: &RefreshToken,
        now: DateTime<Utc>,
    ) -> TokenState {
        // The time may come from the clock of another instance, so the grace period is extended a little.
        let grace = self.policy.refresh_grace + LEEWAY;
        let just_now = session.refreshed_at.is_some_and(|at| now - at <= grace);
        if session.accepts(&token.hash()) {
            TokenState::Current
        } else if session.accepts(&successor.hash()) && just_now {
            TokenState::JustRotated
        } else {
            TokenState::Old
        }
    }

    /// The pair of a session that was rotated: every request within the grace period gets the same one.
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
