//! The entity `User`: a user that another subgraph of a supergraph refers to.

use async_graphql::{Context, ID, Object, Result};

use super::user::User;
use crate::{
    accounts::UserId,
    graphql::{
        context::{optional_actor, user_loader},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct UserEntity;

#[Object]
impl UserEntity {
    /// Returns a user that another subgraph refers to; null if the user does not exist.
    #[graphql(entity)]
    async fn find_user_by_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the user.")] id: ID,
    ) -> Result<Option<User>> {
        instrumented(ctx, "_entities", user(ctx, UserId::named(&id))).await
    }
}

async fn user(ctx: &Context<'_>, id: UserId) -> Result<Option<User>> {
    let found = user_loader(ctx).load_one(id).await?;
    let caller = optional_actor(ctx).await?;
    Ok(found.map(|user| User::seen_by(caller, user)))
}
