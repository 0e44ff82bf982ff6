//! The rotations of a refresh token: which tokens of a session still return its newest pair.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::tokens::Tokens;
use crate::{
    accounts::{Accounts, authentication::origin::Origin, error::Fault, user::User},
    entity::{
        self,
        session::{Rotation, RotationKind},
    },
    secrets::{LEEWAY, RefreshToken},
};

/// The state of a refresh token of an open session.
pub(super) enum TokenState {
    /// The valid one.
    Current,
    /// One that still returns the newest pair, which belongs to this refresh token. Either the token was rotated a moment
    /// ago, however many rotations followed: several tabs share it. Or it is the one before the newest, and no client has
    /// used the newest pair: the response was lost.
    Retried(RefreshToken),
    /// Any other one: another client has it, too.
    Old,
}

impl Accounts {
    pub(super) fn state_of(
        &self,
        session: &entity::session::Model,
        token: &RefreshToken,
        now: DateTime<Utc>,
    ) -> TokenState {
        if session.accepts(&token.hash()) {
            return TokenState::Current;
        }
        let rotations = session.rotations();
        for age in 1..=rotations.len() {
            let (rotated_at, mut later) = (rotations[age - 1].1, rotations[..age].iter().rev());
            let Some((first, _)) = later.next() else { break };
            let newest = later.fold(self.after(token, *first), |token, (kind, _)| self.after(&token, *kind));
            if session.accepts(&newest.hash()) {
                let may_be_lost = age == 1 && self.unused_access_token(session, &newest).is_some();
                let is_retry = may_be_lost || self.is_within_grace(rotated_at, now);
                return if is_retry { TokenState::Retried(newest) } else { TokenState::Old };
            }
        }
        TokenState::Old
    }

    /// The id of the access token that was issued with the newest refresh token of a session, if neither was used.
    pub(super) fn unused_access_token(&self, session: &entity::session::Model, newest: &RefreshToken) -> Option<Uuid> {
        session.unused_access_token.filter(|id| self.refresh_tokens.is_issued_with(newest, *id))
    }

    /// The token that replaced another one in a rotation of this kind.
    fn after(&self, token: &RefreshToken, kind: RotationKind) -> RefreshToken {
        match kind {
            RotationKind::Refreshed => self.refresh_tokens.successor(token),
            RotationKind::Replaced => self.refresh_tokens.replacement(token.session(), &token.hash()),
        }
    }

    /// Whether a rotation was a moment ago. Its time may come from the clock of another instance, so the grace period is
    /// extended a little.
    pub(super) fn is_within_grace(&self, rotated_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now - rotated_at <= self.policy.refresh_grace + LEEWAY
    }

    /// The rotation of the valid token of a session.
    pub(super) fn rotation(
        &self,
        session: &entity::session::Model,
        kind: RotationKind,
        to: &RefreshToken,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Rotation {
        let earlier = session.rotations().into_iter().take_while(|(_, at)| self.is_within_grace(*at, now));
        Rotation {
            from: session.refresh_token_hash.clone().unwrap_or_default(),
            to: to.hash(),
            access_token: self.refresh_tokens.access_token_id(to),
            kind,
            earlier: earlier.collect(),
            now,
            expires_at: self.expiry(session.created_at, now),
            ip_address: origin.address.map(|address| address.to_string()),
        }
    }

    /// Replaces the refresh token of a session, so that a copy of it counts as reused once the new pair was used. The
    /// client may not have sent its refresh token, and it may lose the response: the old one returns the same pair until
    /// then. `None` if the session has ended, or has no refresh token.
    pub(in crate::accounts) async fn replace_refresh_token(
        &self,
        db: &DatabaseTransaction,
        user: &User,
        session: Uuid,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Option<Tokens>, Fault> {
        let Some(session) = entity::session::lock(db, session).await? else { return Ok(None) };
        let Some(hash) = &session.refresh_token_hash else { return Ok(None) };
        let next = self.refresh_tokens.replacement(session.id, hash);
        let rotation = self.rotation(&session, RotationKind::Replaced, &next, origin, now);
        let Some(session) = entity::session::rotate(db, session.id, &rotation).await? else { return Ok(None) };
        Ok(Some(self.issue(user, &session, &next, now)?))
    }
}
