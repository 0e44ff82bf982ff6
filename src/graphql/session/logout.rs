//! The mutation `logout`.

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use super::view::Session;
use crate::graphql::{
    context::{accounts, actor},
    instrument::instrumented,
};

#[derive(Default)]
pub(in crate::graphql) struct LogoutMutation;

#[Object]
impl LogoutMutation {
    /// Ends the session of the access token and invalidates its tokens immediately. Requires an access token; without
    /// one the field is null and the response has an `UNAUTHENTICATED` error.
    async fn logout(&self, ctx: &Context<'_>) -> Option<Result<LogoutResult>> {
        Some(instrumented(ctx, "logout", logout(ctx)).await)
    }
}

async fn logout(ctx: &Context<'_>) -> Result<LogoutResult> {
    let actor = actor(ctx).await?;
    let session = accounts(ctx).logout(actor).await?;
    Ok(LogoutResult::LogoutSuccess(LogoutSuccess { session: Session::seen_by(actor, session) }))
}

/// The result of `logout`.
#[derive(Union)]
pub(in crate::graphql) enum LogoutResult {
    LogoutSuccess(LogoutSuccess),
}

/// The session was ended, and its tokens are no longer valid.
#[derive(SimpleObject)]
pub(in crate::graphql) struct LogoutSuccess {
    /// The session that was ended.
    session: Session,
}
