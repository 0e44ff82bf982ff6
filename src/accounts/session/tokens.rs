//! The tokens that a client holds for its session: a short-lived access token, and a refresh token for the next pair.

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
    /// The access token, which the client sends with each request.
    pub access_token: SecretString,
    /// When the access token expires.
    pub access_token_expires_at: DateTime<Utc>,
    /// The refresh token, which is valid once.
    pub refresh_token: SecretString,
    /// When the refresh token expires, and its session with it.
    pub refresh_token_expires_at: DateTime<Utc>,
}

impl Accounts {
    /// Issues the tokens that belong to a refresh token.
    pub(in crate::accounts) fn issue(
        &self,
        user: &User,
        session: &entity::session::Model,
        refresh_token: &RefreshToken,
        at: DateTime<Utc>,
    ) -> Result<Tokens, Fault> {
        // The same as before, if the secret was replaced since.
        let unused = self.unused_access_token(session, refresh_token);
        let jti = unused.unwrap_or_else(|| self.refresh_tokens.access_token_id(refresh_token));
        let subject = Subject { id: session.user_id, session: session.id, email_verified: user.email_verified };
        let (access_token, claims) = self.access_tokens.issue(subject, jti, at, self.clock.now())?;
        Ok(Tokens {
            access_token: access_token.into(),
            access_token_expires_at: DateTime::from_timestamp(claims.exp, 0).unwrap_or(at),
            refresh_token: self.refresh_tokens.encode(refresh_token),
            refresh_token_expires_at: session.expires_at,
        })
    }

    /// When a session expires: after a while without a refresh, or after its longest lifetime, whichever is first.
    pub(in crate::accounts) fn expiry(&self, began: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
        (now + self.policy.refresh_token_lifetime).min(began + self.policy.session_lifetime)
    }
}
