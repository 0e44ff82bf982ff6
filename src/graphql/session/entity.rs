//! The entity `Session`: a session that another subgraph of a supergraph refers to.

use async_graphql::{Context, ID, Object, Result};

use super::view::Session;
use crate::{
    accounts::SessionId,
    graphql::{
        context::{accounts, optional_actor},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct SessionEntity;

#[Object]
impl SessionEntity {
    /// Returns a session that another subgraph refers to; null unless it is an open session of the caller.
    #[graphql(entity)]
    async fn find_session_by_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the session.")] id: ID,
    ) -> Result<Option<Session>> {
        instrumented(ctx, "_entities", session(ctx, SessionId::named(&id))).await
    }
}

async fn session(ctx: &Context<'_>, id: SessionId) -> Result<Option<Session>> {
    let Some(actor) = optional_actor(ctx).await? else { return Ok(None) };
    let found = accounts(ctx).session(actor, id).await?;
    Ok(found.map(|session| Session::seen_by(actor, session)))
}
