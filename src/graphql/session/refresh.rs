//! The mutation `refreshToken`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::{tokens::AuthTokens, view::Session};
use crate::{
    accounts::{RefreshTokenRefusal, Refreshed},
    graphql::{
        context::{accounts, answer, origin},
        error::{RefreshRejected, TooManyAttempts},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RefreshTokenMutation;

#[Object]
impl RefreshTokenMutation {
    /// Gets the next pair of tokens for a session. Each refresh token counts once: keep the new one in its place. If the
    /// answer is lost, or two tabs ask at once, ask again within ten seconds (unless the server is configured otherwise)
    /// and get the same pair; a used token that comes back later is taken for stolen and ends the session. An access
    /// token that is sent along makes no difference.
    async fn refresh_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token that is to be used.")] input: RefreshTokenInput,
    ) -> Result<RefreshTokenResult> {
        let token = input.refresh_token.into();
        instrumented(ctx, "refreshToken", async { answer(accounts(ctx).refresh_token(origin(ctx), &token).await) })
            .await
    }
}

/// The refresh token of a session.
#[derive(InputObject)]
pub(in crate::graphql) struct RefreshTokenInput {
    /// The refresh token that came with the last pair.
    #[graphql(secret)]
    refresh_token: String,
}

/// The outcome of `refreshToken`.
#[derive(Union)]
pub(in crate::graphql) enum RefreshTokenResult {
    RefreshTokenSuccess(RefreshTokenSuccess),
    RefreshRejected(RefreshRejected),
    TooManyAttempts(TooManyAttempts),
}

/// The session goes on.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RefreshTokenSuccess {
    /// The tokens to send along from now on; the old refresh token is used up.
    tokens: AuthTokens,
    /// The session that they belong to.
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
