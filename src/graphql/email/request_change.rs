//! The mutation `requestEmailChange`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestEmailChange, RequestEmailChangeRefusal},
    graphql::{
        context::{accounts, actor, answer, origin},
        error::{InvalidCredentials, ServerBusy, TooManyAttempts, ValidationFailed},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestEmailChangeMutation;

#[Object]
impl RequestEmailChangeMutation {
    /// Asks for another e-mail address: a mail goes to it, and until the link in it was followed, the address stays what
    /// it is. Needs the current password, and an access token: null with `UNAUTHENTICATED` among the errors without one.
    async fn request_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new address, and the current password.")] input: RequestEmailChangeInput,
    ) -> Option<Result<RequestEmailChangeResult>> {
        Some(instrumented(ctx, "requestEmailChange", request(ctx, input)).await)
    }
}

async fn request(ctx: &Context<'_>, input: RequestEmailChangeInput) -> Result<RequestEmailChangeResult> {
    answer(accounts(ctx).request_email_change(actor(ctx).await?, origin(ctx), input.into()).await)
}

/// The new address, and the current password.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestEmailChangeInput {
    /// The e-mail address to have.
    new_email: String,
    /// The password as it is now.
    #[graphql(secret)]
    current_password: String,
}

/// The outcome of `requestEmailChange`.
#[derive(Union)]
pub(in crate::graphql) enum RequestEmailChangeResult {
    RequestEmailChangeSuccess(RequestEmailChangeSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// A mail is on its way to the new address; also if somebody else has it, who hears of it then. Its link leads to your
/// frontend, which hands the token in it to `confirmEmailChange`.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RequestEmailChangeSuccess {
    /// The new address.
    email: String,
}

impl From<RequestEmailChangeInput> for RequestEmailChange {
    fn from(RequestEmailChangeInput { new_email, current_password }: RequestEmailChangeInput) -> Self {
        Self { new_email, current_password: current_password.into() }
    }
}

impl From<MailRequested> for RequestEmailChangeResult {
    fn from(MailRequested { email }: MailRequested) -> Self {
        Self::RequestEmailChangeSuccess(RequestEmailChangeSuccess { email })
    }
}

impl From<RequestEmailChangeRefusal> for RequestEmailChangeResult {
    fn from(refusal: RequestEmailChangeRefusal) -> Self {
        match refusal {
            RequestEmailChangeRefusal::ValidationFailed(violations) => {
                Self::ValidationFailed(ValidationFailed(violations))
            }
            RequestEmailChangeRefusal::InvalidCredentials(_) => Self::InvalidCredentials(InvalidCredentials),
            RequestEmailChangeRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            RequestEmailChangeRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
