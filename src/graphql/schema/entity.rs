//! What other subgraphs refer to by id: users, and the sessions of the caller.

use async_graphql::{Context, ID, Object, Result};

use crate::{
    accounts::{SessionId, UserId},
    graphql::{
        context::{accounts, known, users},
        execution::instrument::instrumented,
        profile::User,
        session::Session,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct EntityQuery;

#[Object]
impl EntityQuery {
    /// A user whom another subgraph refers to. Null where there is no such user; the e-mail address only for that user
    /// and for admins.
    #[graphql(entity)]
    async fn find_user_by_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the user.")] id: ID,
    ) -> Result<Option<User>> {
        instrumented(ctx, "_entities", user(ctx, UserId::named(&id))).await
    }

    /// A session that another subgraph refers to. Null unless it is an open one of the caller's.
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
    let Some(caller) = known(ctx).await? else { return Ok(None) };
    let found = accounts(ctx).session(caller, id).await?;
    Ok(found.map(|session| Session::seen_by(caller, session)))
}

async fn user(ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
    let found = users(ctx).load_one(id).await?;
    let caller = known(ctx).await?;
    Ok(found.map(|user| User::seen_by(caller, user)))
}
