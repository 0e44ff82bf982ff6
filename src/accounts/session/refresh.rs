//! Refreshing a session: each refresh token is valid once, and is replaced by its successor.

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use derive_more::From;
use sea_orm::DbErr;
use secrecy::SecretString;
use uuid::Uuid;

use super::{rotation::TokenState, tokens::Tokens};
use crate::{
    accounts::{
        Accounts,
        authentication::{
            caller::TokenRejection,
            gate::{Admission, Gate},
            origin::Origin,
        },
        error::Failure,
        event::{Event, short_text::ShortText},
        id,
        user::{Session, User},
    },
    database, entity,
    secrets::RefreshToken,
    throttle::{LimitedAction, TooManyAttempts},
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

/// What makes a retry the same as another one: the token and the address.
pub(in crate::accounts) type Retry = ([u8; 32], Option<IpAddr>);

impl Accounts {
    /// Rotates a refresh token. A token that was rotated returns the newest pair again if its response may have been
    /// lost, or if several tabs share it; see `TokenState`. Otherwise another client has it, too, and its session is
    /// ended (RFC 9700 §4.14.2).
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
        let outcome = self.next_pair(origin, token, now).await;
        if let Err(Failure::Refused(RefreshTokenRefusal::Rejected(TokenRejection::Invalid))) = &outcome {
            // Counted afterwards, and only if the token is unknown: clients with a token of this server are never
            // limited by others.
            self.count(&self.network_attempt(LimitedAction::RefreshToken, origin)).await?;
        }
        outcome
    }

    async fn next_pair(
        &self,
        origin: &Origin,
        token: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, Failure<RefreshTokenRefusal>> {
        let token = self.refresh_tokens.decode(token).ok_or(TokenRejection::Invalid)?;

        // A request that loses the race for the rotation reads the session again, and finds that it was rotated a
        // moment ago.
        loop {
            let (user, session) = self.session_of(&token, now).await?;
            match self.state_of(&session, &token, now) {
                TokenState::Current => {
                    if let Some(refreshed) = self.refresh_with(origin, &user, session, &token, now).await? {
                        return Ok(refreshed);
                    }
                }
                TokenState::Retried(newest) => {
                    database::retry_transaction(|| self.record_retry(origin, &session, &token, now)).await?;
                    let last_ip_address = origin.address.map(|address| address.to_string());
                    return self.refreshed(&user, entity::session::Model { last_ip_address, ..session }, &newest, now);
                }
                TokenState::Old => {
                    // Of several requests with the token, only the first ends the session.
                    database::retry_transaction(|| self.end_reused(session.user_id, session.id, now)).await?;
                    return Err(TokenRejection::Revoked.into());
                }
            }
        }
    }

    /// Rotates the valid refresh token of a session; `None` if another request was first.
    async fn refresh_with(
        &self,
        origin: &Origin,
        user: &User,
        session: entity::session::Model,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<Option<Refreshed>, Failure<RefreshTokenRefusal>> {
        // Regular refreshes are not counted, which saves a write each.
        let counted =
            session.was_refreshed_within(UNCOUNTED_INTERVAL, now).then(|| self.change_attempt_of(user.id, session.id));
        if let Some(attempt) = &counted
            && let Err(refused) = self.check(attempt).await
        {
            // The client has the newest pair, although it does not get the next one now.
            if let Some(access_token) = self.unused_access_token(&session, token) {
                self.record_first_use(&session.into(), access_token).await;
            }
            return Err(refused);
        }
        let successor = self.refresh_tokens.successor(token);
        let rotation = self.rotation(&session, entity::session::RotationKind::Refreshed, &successor, origin, now);
        let rotate = || entity::session::rotate(&self.db, session.id, &rotation);
        let Some(session) = database::retry_transaction(rotate).await? else { return Ok(None) };
        if let Some(attempt) = &counted {
            // The refresh was allowed and has happened, whatever the result of counting it.
            let _ = attempt.count(&self.db, self.clock.now()).await;
        }
        self.refreshed(user, session, &successor, now).map(Some)
    }

    /// Records that a client received the newest pair again. A repetition of the same request within a second is not
    /// recorded again, so that a client cannot fill the table.
    async fn record_retry(
        &self,
        origin: &Origin,
        session: &entity::session::Model,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<(), DbErr> {
        let retry: Retry = (token.hash(), origin.address);
        let device = ShortText::new(origin.user_agent().unwrap_or("unknown device"));
        let (user, session, address) = (session.user_id, session.id, origin.address);
        let event = Event::RefreshTokenRetried { user, session, address, device };
        if self.retries.would_suppress(&retry, now) {
            self.metrics.record_event(event.describe().name);
            return Ok(());
        }
        let transaction = database::begin(&self.db).await?;
        let ip_address = address.map(|address| address.to_string());
        entity::session::record_address(&transaction, session, ip_address).await?;
        self.insert_event(&transaction, event, None, Some(origin)).await?;
        transaction.commit().await?;
        self.log_event(event);
        self.retries.admit(retry, now);
        Ok(())
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

    /// The newest pair of a session: every request within the grace period gets the same one. Later, the access token
    /// has the same id, and a new lifetime.
    fn refreshed(
        &self,
        user: &User,
        session: entity::session::Model,
        newest: &RefreshToken,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, Failure<RefreshTokenRefusal>> {
        let at = session.refreshed_at.filter(|at| self.is_within_grace(*at, now)).unwrap_or(now);
        let tokens = self.issue(user, &session, newest, at)?;
        Ok(Refreshed { session: session.into(), tokens })
    }
}
