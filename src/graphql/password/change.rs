//! The mutation `changePassword`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{ChangePassword, ChangePasswordRefusal, PasswordChanged},
    graphql::{
        context::{accounts, actor, origin, to_union},
        error::{InvalidCredentials, ServerBusy, TooManyAttempts, ValidationFailed},
        instrument::instrumented,
        profile::User,
        session::AuthTokens,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ChangePasswordMutation;

#[Object]
impl ChangePasswordMutation {
    /// Changes your password and ends your other sessions: other devices have to log in again. The current session gets
    /// new tokens: store them in place of the old ones. Requires the current
    /// password and an access token; without a token the field is null and the response has an `UNAUTHENTICATED` error.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The current password and the new one.")] input: ChangePasswordInput,
    ) -> Option<Result<ChangePasswordResult>> {
        Some(instrumented(ctx, "changePassword", change_password(ctx, input)).await)
    }
}

async fn change_password(ctx: &Context<'_>, input: ChangePasswordInput) -> Result<ChangePasswordResult> {
    to_union(accounts(ctx).change_password(actor(ctx).await?, origin(ctx), input.into()).await)
}

/// The current password and the new one.
#[derive(InputObject)]
pub(in crate::graphql) struct ChangePasswordInput {
    /// The current password.
    #[graphql(secret)]
    current_password: String,
    /// The new password. The same rules apply as in `RegisterInput`.
    #[graphql(secret)]
    new_password: String,
}

/// The result of `changePassword`.
#[derive(Union)]
pub(in crate::graphql) enum ChangePasswordResult {
    ChangePasswordSuccess(ChangePasswordSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The password was changed.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ChangePasswordSuccess {
    /// The user whose password was changed.
    user: User,
    /// The number of other sessions that were ended, at most 2000. The current session continues.
    ended_sessions: i32,
    /// The new tokens of the current session. The old refresh token is used up. Null if the session was ended at the
    /// same time.
    tokens: Option<AuthTokens>,
}

impl From<ChangePasswordInput> for ChangePassword {
    fn from(ChangePasswordInput { current_password, new_password }: ChangePasswordInput) -> Self {
        Self { current_password: current_password.into(), new_password: new_password.into() }
    }
}

impl From<PasswordChanged> for ChangePasswordResult {
    fn from(PasswordChanged { user, ended_sessions, tokens }: PasswordChanged) -> Self {
        let ended_sessions = i32::try_from(ended_sessions).unwrap_or(i32::MAX);
        let (user, tokens) = (user.into(), tokens.map(AuthTokens));
        Self::ChangePasswordSuccess(ChangePasswordSuccess { user, ended_sessions, tokens })
    }
}

impl From<ChangePasswordRefusal> for ChangePasswordResult {
    fn from(refusal: ChangePasswordRefusal) -> Self {
        match refusal {
            ChangePasswordRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            ChangePasswordRefusal::InvalidCredentials(_) => Self::InvalidCredentials(InvalidCredentials),
            ChangePasswordRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            ChangePasswordRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
