//! The mutation `requestPasswordReset`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestPasswordResetRefusal},
    graphql::{
        context::{accounts, answer, origin},
        error::{TooManyAttempts, ValidationFailed},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestPasswordResetMutation;

#[Object]
impl RequestPasswordResetMutation {
    /// Sends a mail to choose another password, if there is an account with this e-mail address. The answer and its time
    /// are the same if there is none.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The address of the account.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetResult> {
        instrumented(ctx, "requestPasswordReset", async {
            answer(accounts(ctx).request_password_reset(origin(ctx), &input.email).await)
        })
        .await
    }
}

/// The address of the account.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestPasswordResetInput {
    /// The e-mail address of the account, in any spelling.
    email: String,
}

/// The outcome of `requestPasswordReset`.
#[derive(Union)]
pub(in crate::graphql) enum RequestPasswordResetResult {
    RequestPasswordResetSuccess(RequestPasswordResetSuccess),
    ValidationFailed(ValidationFailed),
    TooManyAttempts(TooManyAttempts),
}

/// If there is an account, a mail is on its way. Its link leads to your frontend, which hands the token in it to
/// `resetPassword`.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RequestPasswordResetSuccess {
    /// Where the mail goes, if there is an account.
    email: String,
}

impl From<MailRequested> for RequestPasswordResetResult {
    fn from(MailRequested { email }: MailRequested) -> Self {
        Self::RequestPasswordResetSuccess(RequestPasswordResetSuccess { email })
    }
}

impl From<RequestPasswordResetRefusal> for RequestPasswordResetResult {
    fn from(refusal: RequestPasswordResetRefusal) -> Self {
        match refusal {
            RequestPasswordResetRefusal::ValidationFailed(violations) => {
                Self::ValidationFailed(ValidationFailed(violations))
            }
            RequestPasswordResetRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
        }
    }
}
