//! Verifying an access token for another service.

use chrono::{DateTime, Utc};

use super::{authenticate::ValidToken, caller::TokenRejection};
use crate::{
    accounts::{
        Accounts,
        error::Failure,
        id::{SessionId, UserId},
        user::User,
    },
    secrets::Claims,
};

/// A valid token.
#[derive(Debug)]
pub struct Verified {
    /// The claims of the token.
    pub claims: TokenClaims,
    /// The user whom the token belongs to.
    pub user: User,
}

/// The claims of an access token (RFC 9068 §2.2).
#[derive(Debug)]
pub struct TokenClaims {
    /// The id of the user.
    pub sub: UserId,
    /// The id of the session.
    pub sid: SessionId,
    /// The id of the token.
    pub jti: String,
    /// The issuer.
    pub iss: String,
    /// The audiences.
    pub aud: Vec<String>,
    /// The client that the token was issued to; empty for tokens of older versions.
    pub client_id: String,
    /// When the token was issued.
    pub iat: DateTime<Utc>,
    /// When the token expires.
    pub exp: DateTime<Utc>,
    /// Whether the user had verified their e-mail address when the token was issued.
    pub email_verified: bool,
}

impl Accounts {
    /// Verifies a token that a client sent to another service.
    ///
    /// # Errors
    ///
    /// [`TokenRejection`].
    pub async fn verify_token(&self, token: &str) -> Result<Verified, Failure<TokenRejection>> {
        let ValidToken { claims, user, .. } = self.validate(token).await?;
        Ok(Verified { claims: claims.into(), user })
    }
}

impl From<Claims> for TokenClaims {
    fn from(claims: Claims) -> Self {
        Self {
            sub: UserId(claims.sub),
            sid: SessionId(claims.sid),
            jti: claims.jti.to_string(),
            iss: claims.iss,
            aud: claims.aud,
            client_id: claims.client_id,
            iat: DateTime::from_timestamp(claims.iat, 0).unwrap_or_default(),
            exp: DateTime::from_timestamp(claims.exp, 0).unwrap_or_default(),
            email_verified: claims.email_verified,
        }
    }
}
