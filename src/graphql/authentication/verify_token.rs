//! The query `verifyToken`.

use std::borrow::Cow;

use async_graphql::{Context, ID, Object, Result};

use crate::{
    accounts::{self, Verified},
    graphql::{
        context::{accounts, to_union},
        date_time::DateTime,
        error::{TokenRejection, TopLevelError},
        instrument::instrumented_by,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct VerifyTokenQuery;

#[Object]
impl VerifyTokenQuery {
    /// Checks whether an access token is valid: its signature, its lifetime, its session and its user. A token that is
    /// not valid is a normal result, not an error.
    async fn verify_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The access token, without `Bearer`.", secret)] token: String,
    ) -> Result<TokenVerification> {
        let verified = async { to_union(accounts(ctx).verify_token(&token).await) };
        instrumented_by(TokenVerification::outcome, ctx, "verifyToken", verified).await
    }
}

pub(in crate::graphql) struct TokenVerification(Result<Verified, TokenRejection>);

impl TokenVerification {
    /// The outcome in one word: `VALID`, or the reason why the token is not valid.
    fn outcome(&self) -> Cow<'static, str> {
        match self.0 {
            Ok(_) => "VALID".into(),
            Err(reason) => TopLevelError::reason(reason.into()).into(),
        }
    }
}

/// The result of `verifyToken`.
#[Object]
impl TokenVerification {
    /// Whether the token is valid.
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

    /// Why the token is not valid; null if it is valid.
    async fn reason(&self) -> Option<TokenRejection> {
        self.0.as_ref().err().copied()
    }

    /// The claims of the token; null if it is not valid.
    async fn claims(&self) -> Option<TokenClaims<'_>> {
        self.0.as_ref().ok().map(|verified| TokenClaims(&verified.claims))
    }

    /// The user of the token, with their current data; null if the token is not valid.
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

pub(in crate::graphql) struct TokenClaims<'a>(&'a accounts::TokenClaims);

/// The claims of an access token, as RFC 9068 names them.
#[Object]
impl TokenClaims<'_> {
    /// The subject: the id of the user.
    async fn sub(&self) -> ID {
        ID(self.0.sub.to_string())
    }

    /// The id of the session of the token.
    async fn sid(&self) -> ID {
        ID(self.0.sid.to_string())
    }

    /// The id of this token.
    async fn jti(&self) -> ID {
        ID(self.0.jti.clone())
    }

    /// The issuer, as configured on the server.
    async fn iss(&self) -> &str {
        &self.0.iss
    }

    /// The audience, as configured on the server.
    async fn aud(&self) -> &[String] {
        &self.0.aud
    }

    /// The client that the token was issued to, as configured on the server: the same for all clients.
    async fn client_id(&self) -> &str {
        &self.0.client_id
    }

    /// When the token was issued, to the second.
    async fn iat(&self) -> DateTime {
        self.0.iat.into()
    }

    /// When the token expires, to the second.
    async fn exp(&self) -> DateTime {
        self.0.exp.into()
    }

    /// Whether the user's e-mail address was verified when the token was issued; `email_verified` in the token.
    async fn email_verified(&self) -> bool {
        self.0.email_verified
    }
}
