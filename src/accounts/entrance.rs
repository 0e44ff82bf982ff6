//! The one way in: prove, admit, issue. Ways to prove who one is are added elsewhere; all of them end here.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, IntoActiveModel};
use secrecy::SecretString;

use super::{Accounts, Failure, Origin, Session, User, id};
use crate::entity;

/// A condition between proof and admission. Asked at the entrance, and again on each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Somebody disabled this user.
    Disabled,
}

/// A user who is in: with a session, and the token that shows it.
#[derive(Debug)]
pub struct Entered {
    /// Who.
    pub user: User,
    /// The new session.
    pub session: Session,
    /// What to send along with each request.
    pub access_token: AccessToken,
}

/// What a client carries to show its session.
#[derive(Debug)]
pub struct AccessToken {
    /// The signed token.
    pub token: SecretString,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// The first gate that is closed to this user.
pub(super) fn closed_gate(user: &User) -> Option<Gate> {
    user.disabled.then_some(Gate::Disabled)
}

impl Accounts {
    /// Opens a session for a user who proved who they are, if every gate lets them pass, and issues its token.
    pub(super) async fn admit(
        &self,
        db: &impl ConnectionTrait,
        user: User,
        origin: &Origin,
        now: DateTime<Utc>,
    ) -> Result<Entered, Failure<Gate>> {
        if let Some(gate) = closed_gate(&user) {
            return Err(Failure::Refused(gate));
        }
        let session = entity::session::Model {
            id: id::new(now),
            user_id: user.id.0,
            created_at: now,
            last_used_at: now,
            expires_at: now + self.rules.session_lifetime,
            ended_at: None,
            user_agent: origin.user_agent().map(str::to_owned),
            ip_address: origin.address.map(|address| address.to_string()),
        };
        let session: Session = session.into_active_model().insert(db).await?.into();

        let (token, claims) = self.access_tokens.issue(user.id.0, session.id.0, id::new(now), now)?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0).unwrap_or(now);
        Ok(Entered { user, session, access_token: AccessToken { token: token.into(), expires_at } })
    }
}
