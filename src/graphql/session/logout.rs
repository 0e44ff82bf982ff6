//! The mutation `logout`.

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use super::view::Session;
use crate::graphql::{
    context::{accounts, actor},
    execution::instrument::instrumented,
};

#[derive(Default)]
pub(in crate::graphql) struct LogoutMutation;

#[Object]
impl LogoutMutation {
    /// Logs out: ends the session of the access token that is sent along, at once. Needs an access token: null with
    /// `UNAUTHENTICATED` among the errors without one.
    async fn logout(&self, ctx: &Context<'_>) -> Option<Result<LogoutResult>> {
        Some(instrumented(ctx, "logout", logout(ctx)).await)
    }
}

async fn logout(ctx: &Context<'_>) -> Result<LogoutResult> {
    let actor = actor(ctx).await?;
    let session = accounts(ctx).logout(actor).await?;
    Ok(LogoutResult::LogoutSuccess(LogoutSuccess { session: Session::seen_by(actor, session) }))
}

/// The outcome of `logout`.
#[derive(Union)]
pub(in crate::graphql) enum LogoutResult {
    LogoutSuccess(LogoutSuccess),
}

/// You are logged out: the tokens of this session count no more.
#[derive(SimpleObject)]
pub(in crate::graphql) struct LogoutSuccess {
    /// The session that was ended.
    session: Session,
}
