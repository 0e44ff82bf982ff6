//! The query `node` and the interface `Node`, for objects with a globally unique id.

use async_graphql::{Context, ID, Interface, Object, Result};

use super::user::User;
use crate::{
    accounts,
    graphql::{
        context::{accounts, actor},
        instrument::instrumented,
        session::Session,
    },
};

/// An object with a globally unique id, by which `node` returns it (Relay's Global Object Identification).
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The globally unique id of the object."))]
pub(in crate::graphql) enum Node {
    User(User),
    Session(Session),
}

#[derive(Default)]
pub(in crate::graphql) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Returns a user or a session by id, if you may see it: yourself, your open sessions and, if you are an admin,
    /// every user. Null for every other id, whether the object exists or not. Requires an access token; without one the
    /// field is null and the response has an `UNAUTHENTICATED` error.
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
