//! The mutation `revokeSession`.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject, Union};

use super::view::Session;
use crate::{
    accounts::{Failure, RevokeSessionRefusal, SessionId},
    graphql::{
        context::{accounts, actor},
        error::{SessionNotFound, TooManyAttempts},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RevokeSessionMutation;

#[Object]
impl RevokeSessionMutation {
    /// Ends one of your sessions and invalidates its tokens immediately. Requires an access token; without one the
    /// field is null and the response has an `UNAUTHENTICATED` error.
    async fn revoke_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session to end.")] input: RevokeSessionInput,
    ) -> Option<Result<RevokeSessionResult>> {
        Some(instrumented(ctx, "revokeSession", revoke_session(ctx, &input)).await)
    }
}

async fn revoke_session(ctx: &Context<'_>, input: &RevokeSessionInput) -> Result<RevokeSessionResult> {
    let actor = actor(ctx).await?;
    match accounts(ctx).revoke_session(actor, SessionId::named(&input.session_id)).await {
        Ok(session) => Ok(RevokeSessionSuccess { session: Session::seen_by(actor, session) }.into()),
        Err(Failure::Refused(RevokeSessionRefusal::SessionNotFound)) => Ok(SessionNotFound.into()),
        Err(Failure::Refused(RevokeSessionRefusal::TooManyAttempts(wait))) => Ok(TooManyAttempts(wait).into()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// The session to end.
#[derive(InputObject)]
pub(in crate::graphql) struct RevokeSessionInput {
    /// The id of one of your sessions.
    session_id: ID,
}

/// The result of `revokeSession`.
#[derive(Union)]
pub(in crate::graphql) enum RevokeSessionResult {
    RevokeSessionSuccess(RevokeSessionSuccess),
    SessionNotFound(SessionNotFound),
    TooManyAttempts(TooManyAttempts),
}

/// The session was ended.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RevokeSessionSuccess {
    /// The session that was ended.
    session: Session,
}
