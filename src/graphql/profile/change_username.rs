//! The mutation `changeUsername`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::user::User;
use crate::{
    accounts::{self, ChangeUsername, ChangeUsernameRefusal},
    graphql::{
        context::{accounts, actor, origin, to_union},
        error::{InvalidCredentials, ServerBusy, TooManyAttempts, UsernameTaken, ValidationFailed},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ChangeUsernameMutation;

#[Object]
impl ChangeUsernameMutation {
    /// Changes your username, which you log in with. If you have an e-mail address, a mail notifies you. No other user
    /// can have the old username for 180 days; you can take it back. Requires the current password and an access token;
    /// without a token the field is null and the response has an `UNAUTHENTICATED` error.
    async fn change_username(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new username, and the current password.")] input: ChangeUsernameInput,
    ) -> Option<Result<ChangeUsernameResult>> {
        Some(instrumented(ctx, "changeUsername", change(ctx, input)).await)
    }
}

async fn change(ctx: &Context<'_>, input: ChangeUsernameInput) -> Result<ChangeUsernameResult> {
    to_union(accounts(ctx).change_username(actor(ctx).await?, origin(ctx), input.into()).await)
}

/// The new username, and the current password.
#[derive(InputObject)]
pub(in crate::graphql) struct ChangeUsernameInput {
    /// The new username, by the same rules as in a registration.
    new_username: String,
    /// The current password.
    #[graphql(secret)]
    current_password: String,
}

/// The result of `changeUsername`.
#[derive(Union)]
pub(in crate::graphql) enum ChangeUsernameResult {
    ChangeUsernameSuccess(ChangeUsernameSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    UsernameTaken(UsernameTaken),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The username was changed.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ChangeUsernameSuccess {
    /// The user with the new username.
    user: User,
}

impl From<ChangeUsernameInput> for ChangeUsername {
    fn from(ChangeUsernameInput { new_username, current_password }: ChangeUsernameInput) -> Self {
        Self { new_username, current_password: current_password.into() }
    }
}

impl From<accounts::User> for ChangeUsernameResult {
    fn from(user: accounts::User) -> Self {
        Self::ChangeUsernameSuccess(ChangeUsernameSuccess { user: user.into() })
    }
}

impl From<ChangeUsernameRefusal> for ChangeUsernameResult {
    fn from(refusal: ChangeUsernameRefusal) -> Self {
        match refusal {
            ChangeUsernameRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            ChangeUsernameRefusal::InvalidCredentials(_) => Self::InvalidCredentials(InvalidCredentials),
            ChangeUsernameRefusal::UsernameTaken => Self::UsernameTaken(UsernameTaken),
            ChangeUsernameRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            ChangeUsernameRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
