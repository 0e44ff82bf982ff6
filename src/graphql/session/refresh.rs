//! The mutation `refreshToken`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::{tokens::AuthTokens, view::Session};
use crate::{
    accounts::{RefreshTokenRefusal, Refreshed},
    graphql::{
        context::{accounts, origin, to_union},
        error::{RefreshRejected, TooManyAttempts},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RefreshTokenMutation;

#[Object]
impl RefreshTokenMutation {
    /// Exchanges a refresh token for a new pair of tokens. Each refresh token can be used once: store the new one in
    /// its place. If the response is lost, send the same token again, however much later: as long as neither token of
    /// the new pair has been used, the new refresh token is the same, and the access token is valid. Tabs that refresh
    /// at the same time get the newest pair for ten seconds after their token was used (unless the server is configured
    /// otherwise). Any other used token is treated as stolen and ends the session. An access token in the request is
    /// ignored.
    async fn refresh_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token to use.")] input: RefreshTokenInput,
    ) -> Result<RefreshTokenResult> {
        let token = input.refresh_token.into();
        instrumented(ctx, "refreshToken", async { to_union(accounts(ctx).refresh_token(origin(ctx), &token).await) })
            .await
    }
}

/// The refresh token of a session.
#[derive(InputObject)]
pub(in crate::graphql) struct RefreshTokenInput {
    /// The refresh token of the latest pair.
    #[graphql(secret)]
    refresh_token: String,
}

/// The result of `refreshToken`.
#[derive(Union)]
pub(in crate::graphql) enum RefreshTokenResult {
    RefreshTokenSuccess(RefreshTokenSuccess),
    RefreshRejected(RefreshRejected),
    TooManyAttempts(TooManyAttempts),
}

/// The session continues with a new pair of tokens.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RefreshTokenSuccess {
    /// The new tokens. The old refresh token is used up.
    tokens: AuthTokens,
    /// The session of the tokens.
    session: Session,
}

impl From<Refreshed> for RefreshTokenResult {
    fn from(Refreshed { session, tokens }: Refreshed) -> Self {
        let session = Session::current(session);
        Self::RefreshTokenSuccess(RefreshTokenSuccess { tokens: AuthTokens(tokens), session })
    }
}

impl From<RefreshTokenRefusal> for RefreshTokenResult {
    fn from(refusal: RefreshTokenRefusal) -> Self {
        match refusal {
            RefreshTokenRefusal::Rejected(reason) => Self::RefreshRejected(RefreshRejected(reason)),
            RefreshTokenRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
        }
    }
}
