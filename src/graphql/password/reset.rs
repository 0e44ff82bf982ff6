//! The mutation `resetPassword`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{PasswordReset, ResetPassword, ResetPasswordRefusal},
    graphql::{
        context::{accounts, answer, origin},
        error::{ServerBusy, TicketRejected, ValidationFailed},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ResetPasswordMutation;

#[Object]
impl ResetPasswordMutation {
    /// Chooses another password with the token from the link in a mail, and ends all sessions of the account. Nobody is
    /// logged in by it: log in with the new password. It shows that the e-mail address is the user's, too.
    async fn reset_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail, and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordResult> {
        instrumented(ctx, "resetPassword", async {
            answer(accounts(ctx).reset_password(origin(ctx), input.into()).await)
        })
        .await
    }
}

/// The token from the mail, and the new password.
#[derive(InputObject)]
pub(in crate::graphql) struct ResetPasswordInput {
    /// What follows `#token=` in the link. It counts once, within an hour; a new password that is refused does not use it
    /// up.
    #[graphql(secret)]
    token: String,
    /// The password to have from now on; the same rules as in `RegisterInput`.
    #[graphql(secret)]
    new_password: String,
}

/// The outcome of `resetPassword`.
#[derive(Union)]
pub(in crate::graphql) enum ResetPasswordResult {
    ResetPasswordSuccess(ResetPasswordSuccess),
    ValidationFailed(ValidationFailed),
    TicketRejected(TicketRejected),
    ServerBusy(ServerBusy),
}

/// The password is another one now.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ResetPasswordSuccess {
    /// How many sessions were ended.
    ended_sessions: i32,
}

impl From<ResetPasswordInput> for ResetPassword {
    fn from(ResetPasswordInput { token, new_password }: ResetPasswordInput) -> Self {
        Self { token: token.into(), new_password: new_password.into() }
    }
}

impl From<PasswordReset> for ResetPasswordResult {
    fn from(PasswordReset { ended_sessions }: PasswordReset) -> Self {
        let ended_sessions = i32::try_from(ended_sessions).unwrap_or(i32::MAX);
        Self::ResetPasswordSuccess(ResetPasswordSuccess { ended_sessions })
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
