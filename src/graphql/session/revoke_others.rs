//! The mutation `revokeOtherSessions`.

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use crate::{
    accounts::Failure,
    graphql::{
        context::{accounts, actor},
        error::TooManyAttempts,
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RevokeOtherSessionsMutation;

#[Object]
impl RevokeOtherSessionsMutation {
    /// Ends all your sessions except the current one, immediately: other devices have to log in again. Requires an
    /// access token; without one the field is null and the response has an `UNAUTHENTICATED` error.
    async fn revoke_other_sessions(&self, ctx: &Context<'_>) -> Option<Result<RevokeOtherSessionsResult>> {
        Some(instrumented(ctx, "revokeOtherSessions", revoke_other_sessions(ctx)).await)
    }
}

async fn revoke_other_sessions(ctx: &Context<'_>) -> Result<RevokeOtherSessionsResult> {
    match accounts(ctx).revoke_other_sessions(actor(ctx).await?).await {
        Ok(ended) => {
            let ended_sessions = i32::try_from(ended.ended_sessions).unwrap_or(i32::MAX);
            Ok(RevokeOtherSessionsSuccess { ended_sessions }.into())
        }
        Err(Failure::Refused(wait)) => Ok(TooManyAttempts(wait).into()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// The result of `revokeOtherSessions`.
#[derive(Union)]
pub(in crate::graphql) enum RevokeOtherSessionsResult {
    RevokeOtherSessionsSuccess(RevokeOtherSessionsSuccess),
    TooManyAttempts(TooManyAttempts),
}

/// The other sessions were ended.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RevokeOtherSessionsSuccess {
    /// The number of other sessions that were ended, at most 2000. The current session continues.
    ended_sessions: i32,
}
