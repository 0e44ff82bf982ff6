//! The mutation `logout`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use secrecy::SecretString;

use super::view::Session;
use crate::graphql::{
    context::{accounts, actor, optional_actor},
    instrument::instrumented,
};

#[derive(Default)]
pub(in crate::graphql) struct LogoutMutation;

#[Object]
impl LogoutMutation {
    /// Ends the session of the access token and invalidates its tokens immediately. With a refresh token, the access
    /// token may be missing, expired or invalid: the session of the refresh token is ended. A refresh token that is no
    /// longer valid is ignored (RFC 7009). Without a refresh token, requires an access token; without either the field
    /// is null and the response has an `UNAUTHENTICATED` error.
    async fn logout(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The refresh token of the session to end.")] input: Option<LogoutInput>,
    ) -> Option<Result<LogoutResult>> {
        Some(instrumented(ctx, "logout", logout(ctx, input)).await)
    }
}

async fn logout(ctx: &Context<'_>, input: Option<LogoutInput>) -> Result<LogoutResult> {
    let token = input.and_then(|input| input.refresh_token).filter(|token| !token.trim().is_empty());
    let token = token.map(SecretString::from);
    let actor = if token.is_some() { optional_actor(ctx).await? } else { Some(actor(ctx).await?) };
    let session = accounts(ctx).logout(actor, token.as_ref()).await?;
    Ok(LogoutResult::LogoutSuccess(LogoutSuccess { session: session.map(Session::current) }))
}

/// What to log out.
#[derive(InputObject)]
pub(in crate::graphql) struct LogoutInput {
    /// The refresh token of the session. Send it if the access token may have expired.
    #[graphql(secret)]
    refresh_token: Option<String>,
}

/// The result of `logout`.
#[derive(Union)]
pub(in crate::graphql) enum LogoutResult {
    LogoutSuccess(LogoutSuccess),
}

/// The session is ended, and its tokens are no longer valid.
#[derive(SimpleObject)]
pub(in crate::graphql) struct LogoutSuccess {
    /// The session that was ended; null if the refresh token was no longer valid.
    session: Option<Session>,
}
