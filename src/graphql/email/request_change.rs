//! The mutation `requestEmailChange`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestEmailChange, RequestEmailChangeRefusal},
    graphql::{
        context::{accounts, actor, origin, to_union},
        error::{InvalidCredentials, ServerBusy, TooManyAttempts, ValidationFailed},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestEmailChangeMutation;

#[Object]
impl RequestEmailChangeMutation {
    /// Requests a change of your e-mail address: a mail is sent to the new address, and the change takes effect once
    /// the link in it is followed and confirmed. Requires the current password and an access token; without a token the
    /// field is null and the response has an `UNAUTHENTICATED` error.
    async fn request_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new address, and the current password.")] input: RequestEmailChangeInput,
    ) -> Option<Result<RequestEmailChangeResult>> {
        Some(instrumented(ctx, "requestEmailChange", request(ctx, input)).await)
    }
}

async fn request(ctx: &Context<'_>, input: RequestEmailChangeInput) -> Result<RequestEmailChangeResult> {
    to_union(accounts(ctx).request_email_change(actor(ctx).await?, origin(ctx), input.into()).await)
}

/// The new address, and the current password.
#[derive(InputObject)]
pub(in crate::graphql) struct RequestEmailChangeInput {
    /// The new e-mail address.
    new_email: String,
    /// The current password.
    #[graphql(secret)]
    current_password: String,
}

/// The result of `requestEmailChange`.
#[derive(Union)]
pub(in crate::graphql) enum RequestEmailChangeResult {
    RequestEmailChangeSuccess(RequestEmailChangeSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// A mail is being sent to the new address. Its link leads to your frontend, which passes the token in it to
/// `confirmEmailChange`. If the address belongs to another account, the response is the same, and the owner of that
/// account is notified by mail instead.
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
