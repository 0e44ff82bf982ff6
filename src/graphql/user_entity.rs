//! A user as other subgraphs refer to one: by id, from any service of a supergraph.

use async_graphql::{Context, ID, Object, Result};

use super::{
    caller::{known, users},
    counted::counted,
    user::User,
};
use crate::accounts::UserId;

#[derive(Default)]
pub(super) struct UserEntityQuery;

#[Object]
impl UserEntityQuery {
    /// A user whom another subgraph refers to. Null where there is no such user; the e-mail address only for that user
    /// and for admins.
    #[graphql(entity)]
    async fn find_user_by_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the user.")] id: ID,
    ) -> Result<Option<User>> {
        counted(ctx, "_entities", user(ctx, UserId::named(&id))).await
    }
}

async fn user(ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
    let found = users(ctx).load_one(id).await?;
    let caller = known(ctx).await?;
    Ok(found.map(|user| User::seen_by(caller, user)))
}
