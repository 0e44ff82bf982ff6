//! The mutation `updateProfile`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};

use super::user::User;
use crate::{
    accounts::{self, Change, UpdateProfile, UpdateProfileRefusal, UserId},
    graphql::{
        context::{accounts, actor, to_union},
        error::{TooManyAttempts, TopLevelError, ValidationFailed},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct UpdateProfileMutation;

#[Object]
impl UpdateProfileMutation {
    /// Changes your profile or, if you are an admin, that of another user. To change the username, use `changeUsername`.
    /// Requires an access token; without one the
    /// field is null and the response has an `UNAUTHENTICATED` error. For another user, a caller who is not an admin
    /// gets a `FORBIDDEN` error.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateProfileInput,
    ) -> Option<Result<UpdateProfileResult>> {
        Some(instrumented(ctx, "updateProfile", update_profile(ctx, input)).await)
    }
}

async fn update_profile(ctx: &Context<'_>, input: UpdateProfileInput) -> Result<UpdateProfileResult> {
    to_union(accounts(ctx).update_profile(actor(ctx).await?, input.into()).await)
}

/// Changes to a profile. An omitted field keeps its value, and so does one with an empty string.
#[derive(InputObject)]
pub(in crate::graphql) struct UpdateProfileInput {
    /// The id of the user; your own if omitted.
    user_id: Option<ID>,
    /// The name to display, of at most 100 characters. Invisible characters and repeated spaces are removed. Null clears
    /// it.
    display_name: MaybeUndefined<String>,
}

/// The result of `updateProfile`.
#[derive(Union)]
pub(in crate::graphql) enum UpdateProfileResult {
    UpdateProfileSuccess(UpdateProfileSuccess),
    ValidationFailed(ValidationFailed),
    TooManyAttempts(TooManyAttempts),
}

/// The profile was changed.
#[derive(SimpleObject)]
pub(in crate::graphql) struct UpdateProfileSuccess {
    /// The user with the changes.
    user: User,
}

impl From<UpdateProfileInput> for UpdateProfile {
    fn from(input: UpdateProfileInput) -> Self {
        Self { user_id: input.user_id.map(|id| UserId::named(&id)), display_name: change(input.display_name) }
    }
}

fn change<T>(given: MaybeUndefined<T>) -> Change<T> {
    match given {
        MaybeUndefined::Undefined => Change::Keep,
        MaybeUndefined::Null => Change::Clear,
        MaybeUndefined::Value(value) => Change::Set(value),
    }
}

impl From<accounts::User> for UpdateProfileResult {
    fn from(user: accounts::User) -> Self {
        Self::UpdateProfileSuccess(UpdateProfileSuccess { user: user.into() })
    }
}

impl TryFrom<UpdateProfileRefusal> for UpdateProfileResult {
    type Error = TopLevelError;

    fn try_from(refusal: UpdateProfileRefusal) -> Result<Self, TopLevelError> {
        match refusal {
            UpdateProfileRefusal::ValidationFailed(violations) => {
                Ok(Self::ValidationFailed(ValidationFailed(violations)))
            }
            UpdateProfileRefusal::TooManyAttempts(wait) => Ok(Self::TooManyAttempts(TooManyAttempts(wait))),
            UpdateProfileRefusal::Forbidden => Err(TopLevelError::forbidden()),
        }
    }
}
