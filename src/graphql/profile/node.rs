//! The query `node`, and what everything with an id has in common.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::user::User;
use crate::{
    accounts,
    graphql::{
        context::{accounts, actor},
        execution::instrument::instrumented,
        session::Session,
    },
};

/// Anything with an id of its own, to be asked for again by `node` (the Global Object Identification of Relay).
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The id, unique among everything here."))]
pub(in crate::graphql) enum Node {
    User(User),
    Session(Session),
}

#[derive(Default)]
pub(in crate::graphql) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Anything by its id, if you may see it: yourself, your sessions, and for admins every user. Null for everything
    /// else, whether it exists or not. Needs an access token: null with `UNAUTHENTICATED` among the errors otherwise.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of a user or a session.")] id: ID,
    ) -> Option<Result<Node>> {
        instrumented(ctx, "node", node(ctx, id)).await.transpose()
    }
}

async fn node(ctx: &Context<'_>, id: ID) -> Result<Option<Node>> {
    let actor = actor(ctx).await?;
    let found = accounts(ctx).node(actor, &id).await?;
    Ok(found.map(|node| match node {
        accounts::Node::User(user) => Node::User(user.into()),
        accounts::Node::Session(session) => Node::Session(Session::seen_by(actor, session)),
    }))
}
