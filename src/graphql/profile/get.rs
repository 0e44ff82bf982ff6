//! The query `profile`.

use async_graphql::{Context, ID, Object, Result};

use super::user::User;
use crate::{
    accounts::{Failure, ProfileRefusal, UserId},
    graphql::{
        context::{accounts, actor},
        error::TopLevelError,
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ProfileQuery;

#[Object]
impl ProfileQuery {
    /// Returns your profile or, if you are an admin, that of another user; null if the user does not exist. Requires an
    /// access token; without one the field is null and the response has an `UNAUTHENTICATED` error. For another user, a
    /// caller who is not an admin gets a `FORBIDDEN` error.
    async fn profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The id of the user; your own if omitted.")] user_id: Option<ID>,
    ) -> Option<Result<User>> {
        instrumented(ctx, "profile", profile(ctx, user_id)).await.transpose()
    }
}

async fn profile(ctx: &Context<'_>, user_id: Option<ID>) -> Result<Option<User>> {
    match accounts(ctx).profile(actor(ctx).await?, user_id.map(|id| UserId::named(&id))).await {
        Ok(user) => Ok(user.map(User::from)),
        Err(Failure::Refused(ProfileRefusal::Forbidden)) => Err(TopLevelError::forbidden().into()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}
