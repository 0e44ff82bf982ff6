//! The mutation `updateProfile`.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result, SimpleObject, Union};

use super::user::User;
use crate::{
    accounts::{self, Change, UpdateProfile, UpdateProfileRefusal, UserId},
    graphql::{
        context::{accounts, actor, answer},
        error::{TooManyAttempts, TopLevelError, UsernameTaken, ValidationFailed},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct UpdateProfileMutation;

#[Object]
impl UpdateProfileMutation {
    /// Changes your own profile; another user's only for admins. Needs an access token: null with `UNAUTHENTICATED` or
    /// `FORBIDDEN` among the errors otherwise.
    async fn update_profile(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateProfileInput,
    ) -> Option<Result<UpdateProfileResult>> {
        Some(instrumented(ctx, "updateProfile", update_profile(ctx, input)).await)
    }
}

async fn update_profile(ctx: &Context<'_>, input: UpdateProfileInput) -> Result<UpdateProfileResult> {
    answer(accounts(ctx).update_profile(actor(ctx).await?, input.into()).await)
}

/// Changes to a profile. A field that is left out stays as it is; null clears it.
#[derive(InputObject)]
pub(in crate::graphql) struct UpdateProfileInput {
    /// The id of the user; your own when left out.
    user_id: Option<ID>,
    /// What to call this person; at most 100 characters. Left out, it stays; null clears it.
    display_name: MaybeUndefined<String>,
    /// A name of 3 to 32 letters and digits, with `.`, `_` and `-` between them. Left out, it stays; null
    /// clears it, which users without an e-mail address cannot do.
    username: MaybeUndefined<String>,
}

/// The outcome of `updateProfile`.
#[derive(Union)]
pub(in crate::graphql) enum UpdateProfileResult {
    UpdateProfileSuccess(UpdateProfileSuccess),
    ValidationFailed(ValidationFailed),
    UsernameTaken(UsernameTaken),
    TooManyAttempts(TooManyAttempts),
}

/// The profile was changed.
#[derive(SimpleObject)]
pub(in crate::graphql) struct UpdateProfileSuccess {
    /// The user as changed.
    user: User,
}

impl From<UpdateProfileInput> for UpdateProfile {
    fn from(input: UpdateProfileInput) -> Self {
        Self {
            user_id: input.user_id.map(|id| UserId::named(&id)),
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
            UpdateProfileRefusal::TooManyAttempts(wait) => Ok(Self::TooManyAttempts(TooManyAttempts(wait))),
            UpdateProfileRefusal::Forbidden => Err(TopLevelError::forbidden()),
        }
    }
}
