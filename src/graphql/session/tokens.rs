//! The GraphQL type `AuthTokens`: the pair of tokens that a client authenticates with.

use async_graphql::{Enum, Object};
use secrecy::ExposeSecret;

use crate::{accounts::Tokens, graphql::date_time::DateTime};

pub(in crate::graphql) struct AuthTokens(pub(in crate::graphql) Tokens);

/// The tokens of a session. Treat both like passwords.
#[Object]
impl AuthTokens {
    /// The token that authenticates requests, in the header `Authorization: Bearer …`. A short-lived, signed JWT (RFC
    /// 9068).
    async fn access_token(&self) -> &str {
        self.0.access_token.expose_secret()
    }

    /// When the access token expires.
    async fn access_token_expires_at(&self) -> DateTime {
        self.0.access_token_expires_at.into()
    }

    /// The token that `refreshToken` exchanges for the next pair. It is opaque and can be used once. Store it where
    /// only your own code can read it, and send it nowhere else.
    async fn refresh_token(&self) -> &str {
        self.0.refresh_token.expose_secret()
    }

    /// When the refresh token expires, and the session with it.
    async fn refresh_token_expires_at(&self) -> DateTime {
        self.0.refresh_token_expires_at.into()
    }

    /// How to send the access token.
    async fn token_type(&self) -> TokenType {
        TokenType::Bearer
    }
}

/// How an access token is sent.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(in crate::graphql) enum TokenType {
    /// In the header `Authorization: Bearer …` (RFC 6750 §2.1).
    Bearer,
}
