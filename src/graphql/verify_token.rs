//! The query `verifyToken`.

use async_graphql::{Context, Enum, ID, Object, Result};

use super::{caller::accounts, date_time::DateTime, user::User};
use crate::accounts::{self, Failure, Verified};

#[derive(Default)]
pub(super) struct VerifyTokenQuery;

#[Object]
impl VerifyTokenQuery {
    /// Is this access token good right now? Checks signature, lifetime, session and account. A bad token is a normal
    /// answer, never an error.
    async fn verify_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The access token, without `Bearer`.", secret)] token: String,
    ) -> Result<TokenVerification> {
        match accounts(ctx)?.verify_token(&token).await {
            Ok(verified) => Ok(TokenVerification(Ok(verified))),
            Err(Failure::Refused(rejection)) => Ok(TokenVerification(Err(rejection.into()))),
            Err(Failure::Fault(fault)) => Err(fault.into()),
        }
    }
}

pub(super) struct TokenVerification(Result<Verified, TokenRejection>);

/// Whether a token is good right now, and what it says if so.
#[Object]
impl TokenVerification {
    /// Whether it is.
    async fn valid(&self) -> bool {
        self.0.is_ok()
    }

    /// The same in words: `Token is valid`, or what is wrong with it.
    async fn message(&self) -> &str {
        match self.0 {
            Ok(_) => "Token is valid",
            Err(TokenRejection::Invalid) => "Token is invalid",
            Err(TokenRejection::Expired) => "Token has expired",
            Err(TokenRejection::NotYetValid) => "Token is not valid yet",
            Err(TokenRejection::Revoked) => "Token was revoked",
        }
    }

    /// Why it is not good; null for a good one.
    async fn reason(&self) -> Option<TokenRejection> {
        self.0.as_ref().err().copied()
    }

    /// What it says; null for one that is not good.
    async fn claims(&self) -> Option<TokenClaims<'_>> {
        self.0.as_ref().ok().map(|verified| TokenClaims(&verified.claims))
    }

    /// Whose it is, as of now; null for one that is not good.
    async fn user(&self) -> Option<User> {
        self.0.as_ref().ok().map(|verified| verified.user.clone().into())
    }
}

/// Why a token is not good.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "accounts::TokenRejection")]
pub(super) enum TokenRejection {
    /// It was not signed here, or not for this. No more is said.
    Invalid,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Its session was ended, or its user may not enter any more.
    Revoked,
}

pub(super) struct TokenClaims<'a>(&'a accounts::TokenClaims);

/// What an access token says, in the words of RFC 9068.
#[Object]
impl TokenClaims<'_> {
    /// Whose it is: the user's id.
    async fn sub(&self) -> ID {
        ID(self.0.sub.to_string())
    }

    /// Which session it belongs to.
    async fn sid(&self) -> ID {
        ID(self.0.sid.to_string())
    }

    /// The token's own id.
    async fn jti(&self) -> ID {
        ID(self.0.jti.clone())
    }

    /// Who issued it.
    async fn iss(&self) -> &str {
        &self.0.iss
    }

    /// Whom it is for.
    async fn aud(&self) -> &[String] {
        &self.0.aud
    }

    /// When it was issued, to the second.
    async fn iat(&self) -> DateTime {
        self.0.iat.into()
    }

    /// When it ends, to the second.
    async fn exp(&self) -> DateTime {
        self.0.exp.into()
    }
}
