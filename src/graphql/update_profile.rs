//! The mutation `updateProfile`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};

use super::{
    caller::{accounts, actor},
    top_level_error::TopLevelError,
    user::User,
    user_error::UsernameTaken,
    validation_failed::ValidationFailed,
};
use crate::accounts::{self, Change, Failure, UpdateProfile, UpdateProfileRefusal};

#[derive(Default)]
pub(super) struct UpdateProfileMutation;

#[Object]
impl UpdateProfileMutation {
    /// Changes your own profile. Another user's only for admins.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateProfileInput,
    ) -> Option<Result<UpdateProfileResult>> {
        Some(update_profile(ctx, input).await)
    }
}

async fn update_profile(ctx: &Context<'_>, input: UpdateProfileInput) -> Result<UpdateProfileResult> {
    match accounts(ctx)?.update_profile(actor(ctx).await?, input.into()).await {
        Ok(user) => Ok(user.into()),
        Err(Failure::Refused(refusal)) => refusal.try_into().map_err(TopLevelError::into),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// What is to change. A field that is left out stays as it is; null empties it.
#[derive(InputObject)]
pub(super) struct UpdateProfileInput {
    /// Whose; your own when you leave it out.
    user_id: Option<ID>,
    /// What to call this person; at most 100 characters.
    display_name: MaybeUndefined<String>,
    /// A name of 3 to 32 letters and digits, with `.`, `_` and `-` between them. Needed by users without an e-mail
    /// address.
    username: MaybeUndefined<String>,
}

/// What came of changing a profile.
#[derive(Union)]
pub(super) enum UpdateProfileResult {
    UpdateProfileSuccess(UpdateProfileSuccess),
    ValidationFailed(ValidationFailed),
    UsernameTaken(UsernameTaken),
}

/// The profile is as it was asked for.
#[derive(SimpleObject)]
pub(super) struct UpdateProfileSuccess {
    /// The user, with the changes.
    user: User,
}

impl From<UpdateProfileInput> for UpdateProfile {
    fn from(input: UpdateProfileInput) -> Self {
        Self {
            user_id: input.user_id.map(|id| id.0),
            display_name: change(input.display_name),
            username: change(input.username),
        }
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
            UpdateProfileRefusal::UsernameTaken => Ok(Self::UsernameTaken(UsernameTaken)),
            UpdateProfileRefusal::Forbidden => Err(TopLevelError::forbidden()),
        }
    }
}
