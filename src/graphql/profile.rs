//! The query `profile`.

use async_graphql::{Context, ID, Object, Result};

use super::{
    caller::{accounts, actor},
    top_level_error::TopLevelError,
    user::User,
};
use crate::accounts::{Failure, ProfileRefusal};

#[derive(Default)]
pub(super) struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// Your own profile. Another user's only for admins.
    async fn profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose; your own when you leave it out.")] user_id: Option<ID>,
    ) -> Option<Result<User>> {
        profile(ctx, user_id).await.transpose()
    }
}

async fn profile(ctx: &Context<'_>, user_id: Option<ID>) -> Result<Option<User>> {
    match accounts(ctx)?.profile(actor(ctx).await?, user_id.as_deref().map(String::as_str)).await {
        Ok(user) => Ok(user.map(User::from)),
        Err(Failure::Refused(ProfileRefusal::Forbidden)) => Err(TopLevelError::forbidden().into()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}
