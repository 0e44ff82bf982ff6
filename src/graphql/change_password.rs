//! The mutation `changePassword`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::{
    caller::{accounts, actor},
    user::User,
    user_error::{InvalidCredentials, ServerBusy, TooManyAttempts},
    validation_failed::ValidationFailed,
};
use crate::accounts::{ChangePassword, ChangePasswordRefusal, Failure, PasswordChanged};

#[derive(Default)]
pub(super) struct ChangePasswordMutation;

#[Object]
impl ChangePasswordMutation {
    /// Changes your password, for which it needs the current one, and ends your other sessions: what is signed in
    /// elsewhere has to sign in again.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password that is, and the one that shall be.")] input: ChangePasswordInput,
    ) -> Option<Result<ChangePasswordResult>> {
        Some(change_password(ctx, input).await)
    }
}

async fn change_password(ctx: &Context<'_>, input: ChangePasswordInput) -> Result<ChangePasswordResult> {
    match accounts(ctx)?.change_password(actor(ctx).await?, input.into()).await {
        Ok(changed) => Ok(changed.into()),
        Err(Failure::Refused(refusal)) => Ok(refusal.into()),
        Err(Failure::Fault(fault)) => Err(fault.into()),
    }
}

/// The password that is, and the one that shall be.
#[derive(InputObject)]
pub(super) struct ChangePasswordInput {
    /// The password that is.
    #[graphql(secret)]
    current_password: String,
    /// The password that shall be; the same rules as for a new account.
    #[graphql(secret)]
    new_password: String,
}

/// What came of changing the password.
#[derive(Union)]
pub(super) enum ChangePasswordResult {
    ChangePasswordSuccess(ChangePasswordSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The password is another one now.
#[derive(SimpleObject)]
pub(super) struct ChangePasswordSuccess {
    /// Whose.
    user: User,
    /// How many other sessions were ended; this one goes on.
    ended_sessions: i32,
}

impl From<ChangePasswordInput> for ChangePassword {
    fn from(ChangePasswordInput { current_password, new_password }: ChangePasswordInput) -> Self {
        Self { current_password: current_password.into(), new_password: new_password.into() }
    }
}

impl From<PasswordChanged> for ChangePasswordResult {
    fn from(PasswordChanged { user, ended_sessions }: PasswordChanged) -> Self {
        let ended_sessions = i32::try_from(ended_sessions).unwrap_or(i32::MAX);
        Self::ChangePasswordSuccess(ChangePasswordSuccess { user: user.into(), ended_sessions })
    }
}

impl From<ChangePasswordRefusal> for ChangePasswordResult {
    fn from(refusal: ChangePasswordRefusal) -> Self {
        match refusal {
            ChangePasswordRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            ChangePasswordRefusal::InvalidCredentials => Self::InvalidCredentials(InvalidCredentials),
            ChangePasswordRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            ChangePasswordRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
