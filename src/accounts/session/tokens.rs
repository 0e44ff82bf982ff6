//! What a client gets to carry for its session: a short-lived access token, and a refresh token for the next one.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::{
    accounts::{Accounts, error::Fault, user::User},
    entity,
    secrets::{RefreshToken, Subject},
};

/// The tokens of a session.
#[derive(Debug)]
pub struct Tokens {
    /// Sent along with each request.
    pub access_token: SecretString,
    /// When it ends.
    pub access_token_expires_at: DateTime<Utc>,
    /// What gets the next pair, once.
    pub refresh_token: SecretString,
    /// When it ends, and its session with it.
    pub refresh_token_expires_at: DateTime<Utc>,
}

impl Accounts {
    /// The tokens that belong together with this refresh token, issued at this moment.
    pub(in crate::accounts) fn issue(
        &self,
        user: &User,
        session: &entity::session::Model,
        refresh_token: &RefreshToken,
        at: DateTime<Utc>,
    ) -> Result<Tokens, Fault> {
        let jti = self.refresh_tokens.access_token_id(refresh_token);
        let subject = Subject { id: session.user_id, session: session.id, email_verified: user.email_verified };
        let (access_token, claims) = self.access_tokens.issue(subject, jti, at, self.clock.now())?;
        Ok(Tokens {
            access_token: access_token.into(),
            access_token_expires_at: DateTime::from_timestamp(claims.exp, 0).unwrap_or(at),
            refresh_token: self.refresh_tokens.encode(refresh_token),
            refresh_token_expires_at: session.expires_at,
        })
    }

    /// When a session ends by itself that began then and is used now: when it rests for too long, or has lasted for too
    /// long, whichever comes first.
    pub(in crate::accounts) fn expiry(&self, began: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.policy.refresh_token_lifetime).min(began + self.policy.session_lifetime)
    }
}
