//! The mutation `resetPassword`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use secrecy::ExposeSecret;

use crate::{
    accounts::{PasswordReset, ResetPassword, ResetPasswordRefusal},
    graphql::{
        context::{accounts, origin, to_union},
        error::{ServerBusy, TicketRejected, ValidationFailed},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ResetPasswordMutation;

#[Object]
impl ResetPasswordMutation {
    /// Sets a new password with the token from a mail, and ends all sessions of the account. This also verifies the
    /// e-mail address. It does not log the user in: log in with the new password.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail, and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordResult> {
        instrumented(ctx, "resetPassword", async {
            to_union(accounts(ctx).reset_password(origin(ctx), input.into()).await)
        })
        .await
    }
}

/// The token from the mail, and the new password.
#[derive(InputObject)]
pub(in crate::graphql) struct ResetPasswordInput {
    /// The part after `#token=` in the link. It can be used once, within an hour. A new password that is rejected does
    /// not use it up.
    #[graphql(secret)]
    token: String,
    /// The new password. The same rules apply as in `RegisterInput`.
    #[graphql(secret)]
    new_password: String,
}

/// The result of `resetPassword`.
#[derive(Union)]
pub(in crate::graphql) enum ResetPasswordResult {
    ResetPasswordSuccess(ResetPasswordSuccess),
    ValidationFailed(ValidationFailed),
    TicketRejected(TicketRejected),
    ServerBusy(ServerBusy),
}

/// The password was changed.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ResetPasswordSuccess {
    /// The number of sessions that were ended, at most 2000.
    ended_sessions: i32,
    /// A device token for the login with the new password. See `LoginSuccess`. All earlier ones are invalid.
    device_token: Option<String>,
}

impl From<ResetPasswordInput> for ResetPassword {
    fn from(ResetPasswordInput { token, new_password }: ResetPasswordInput) -> Self {
        Self { token: token.into(), new_password: new_password.into() }
    }
}

impl From<PasswordReset> for ResetPasswordResult {
    fn from(PasswordReset { ended_sessions, device_token }: PasswordReset) -> Self {
        let ended_sessions = i32::try_from(ended_sessions).unwrap_or(i32::MAX);
        let device_token = Some(device_token.expose_secret().to_owned());
        Self::ResetPasswordSuccess(ResetPasswordSuccess { ended_sessions, device_token })
    }
}

impl From<ResetPasswordRefusal> for ResetPasswordResult {
    fn from(refusal: ResetPasswordRefusal) -> Self {
        match refusal {
            ResetPasswordRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            ResetPasswordRefusal::Rejected(rejection) => Self::TicketRejected(TicketRejected(rejection)),
            ResetPasswordRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
