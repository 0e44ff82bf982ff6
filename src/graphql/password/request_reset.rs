//! The mutation `requestPasswordReset`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestPasswordResetRefusal},
    graphql::{
        context::{accounts, origin, to_union},
        error::{TooManyAttempts, ValidationFailed},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestPasswordResetMutation;

#[Object]
impl RequestPasswordResetMutation {
    /// Sends a mail with a link to choose a new password, if an account has this e-mail address. The response and the
    /// time that it takes are the same if there is none.
    async fn request_password_reset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The e-mail address of the account.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetResult> {
        instrumented(ctx, "requestPasswordReset", async {
            to_union(accounts(ctx).request_password_reset(origin(ctx), &input.email).await)
        })
        .await
    }
}

/// The e-mail address of the account.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestPasswordResetInput {
    /// The e-mail address of the account, in any spelling.
    email: String,
}

/// The result of `requestPasswordReset`.
#[derive(Union)]
pub(in crate::graphql) enum RequestPasswordResetResult {
    RequestPasswordResetSuccess(RequestPasswordResetSuccess),
    ValidationFailed(ValidationFailed),
    TooManyAttempts(TooManyAttempts),
}

/// If an account has this address, a mail is being sent. Its link leads to your frontend, which passes the token in it
/// to `resetPassword`.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RequestPasswordResetSuccess {
    /// The address that the mail is sent to, if it belongs to an account.
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
