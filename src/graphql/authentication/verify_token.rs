//! The query `verifyToken`.

use std::borrow::Cow;

use async_graphql::{Context, Enum, ID, Object, Result};

use crate::{
    accounts::{self, Verified},
    graphql::{
        context::{accounts, answer},
        date_time::DateTime,
        error::TopLevelError,
        execution::instrument::instrumented_by,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct VerifyTokenQuery;

#[Object]
impl VerifyTokenQuery {
    /// Is this access token good right now? Checks signature, lifetime, session and account. A bad token is a normal
    /// answer, never an error.
    async fn verify_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The access token, without `Bearer`.", secret)] token: String,
    ) -> Result<TokenVerification> {
        let verified = async { answer(accounts(ctx).verify_token(&token).await) };
        instrumented_by(TokenVerification::outcome, ctx, "verifyToken", verified).await
    }
}

pub(in crate::graphql) struct TokenVerification(Result<Verified, TokenRejection>);

impl TokenVerification {
    /// In a word.
    fn outcome(&self) -> Cow<'static, str> {
        match self.0 {
            Ok(_) => "VALID".into(),
            Err(reason) => TopLevelError::reason(reason.into()).into(),
        }
    }
}

/// Whether an access token is accepted right now, and what it says if so.
#[Object]
impl TokenVerification {
    /// True if the token is accepted right now.
    async fn valid(&self) -> bool {
        self.0.is_ok()
    }

    /// The same in English: `Token is valid`, or what is wrong with it.
    async fn message(&self) -> &str {
        match self.0 {
            Ok(_) => "Token is valid",
            Err(TokenRejection::Invalid) => "Token is invalid",
            Err(TokenRejection::Expired) => "Token has expired",
            Err(TokenRejection::NotYetValid) => "Token is not valid yet",
            Err(TokenRejection::Revoked) => "Token was revoked",
        }
    }

    /// Why the token is not accepted; null when it is.
    async fn reason(&self) -> Option<TokenRejection> {
        self.0.as_ref().err().copied()
    }

    /// What the token says; null when it is not accepted.
    async fn claims(&self) -> Option<TokenClaims<'_>> {
        self.0.as_ref().ok().map(|verified| TokenClaims(&verified.claims))
    }

    /// Whose token it is, as of now; null when it is not accepted.
    async fn user(&self) -> Option<User> {
        self.0.as_ref().ok().map(|verified| verified.user.clone().into())
    }
}

impl From<Verified> for TokenVerification {
    fn from(verified: Verified) -> Self {
        Self(Ok(verified))
    }
}

impl From<accounts::TokenRejection> for TokenVerification {
    fn from(rejection: accounts::TokenRejection) -> Self {
        Self(Err(rejection.into()))
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "accounts::TokenRejection")]
pub(in crate::graphql) enum TokenRejection {
    /// The token was not issued here, or was tampered with. No more is said.
    Invalid,
    /// The token has expired. Refresh it, or log in again.
    Expired,
    /// The token is not valid yet: it comes from a server whose clock is ahead.
    NotYetValid,
    /// The session was ended, or the account was disabled. Log in again.
    Revoked,
}

pub(in crate::graphql) struct TokenClaims<'a>(&'a accounts::TokenClaims);

/// What an access token says, in the words of RFC 9068.
#[Object]
impl TokenClaims<'_> {
    /// The subject: the user's id.
    async fn sub(&self) -> ID {
        ID(self.0.sub.to_string())
    }

    /// The id of the session that the token belongs to.
    async fn sid(&self) -> ID {
        ID(self.0.sid.to_string())
    }

    /// The id of this token.
    async fn jti(&self) -> ID {
        ID(self.0.jti.clone())
    }

    /// The issuer, as the server is configured.
    async fn iss(&self) -> &str {
        &self.0.iss
    }

    /// The audience, as the server is configured.
    async fn aud(&self) -> &[String] {
        &self.0.aud
    }

    /// When the token was issued, to the second.
    async fn iat(&self) -> DateTime {
        self.0.iat.into()
    }

    /// When the token expires, to the second.
    async fn exp(&self) -> DateTime {
        self.0.exp.into()
    }

    /// Whether the user had shown, when the token was issued, that their e-mail address is theirs; in the token it is
    /// `email_verified`.
    async fn email_verified(&self) -> bool {
        self.0.email_verified
    }
}
