//! Is this access token good right now?

use chrono::{DateTime, Utc};

use super::authenticate::ValidToken;
use crate::{
    accounts::{
        Accounts,
        caller::TokenRejection,
        error::Failure,
        id::{SessionId, UserId},
        user::User,
    },
    secrets::Claims,
};

/// What a good token says, and who is behind it.
#[derive(Debug)]
pub struct Verified {
    /// What it says.
    pub claims: TokenClaims,
    /// Whose token it is.
    pub user: User,
}

/// What a token says, in the words of RFC 9068.
#[derive(Debug)]
pub struct TokenClaims {
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The token's own id.
    pub jti: String,
    /// Who issued it.
    pub iss: String,
    /// Whom it is for.
    pub aud: Vec<String>,
    /// When it was issued.
    pub iat: DateTime<Utc>,
    /// When it ends.
    pub exp: DateTime<Utc>,
    /// Whether the user had shown, when it was issued, that their e-mail address is theirs.
    pub email_verified: bool,
}

impl Accounts {
    /// Examines a token that somebody else was shown.
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
            iat: DateTime::from_timestamp(claims.iat, 0).unwrap_or_default(),
            exp: DateTime::from_timestamp(claims.exp, 0).unwrap_or_default(),
            email_verified: claims.email_verified,
        }
    }
}
