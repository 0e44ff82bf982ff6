//! The mutation `requestEmailVerification`.

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestEmailVerificationRefusal},
    graphql::{
        context::{accounts, actor, origin, to_union},
        error::{EmailAlreadyVerified, NoEmailAddress, TooManyAttempts},
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestEmailVerificationMutation;

#[Object]
impl RequestEmailVerificationMutation {
    /// Sends you another mail to verify your e-mail address. The link in the previous mail is no longer valid. Requires
    /// an access token; without one the field is null and the response has an `UNAUTHENTICATED` error.
    async fn request_email_verification(&self, ctx: &Context<'_>) -> Option<Result<RequestEmailVerificationResult>> {
        Some(instrumented(ctx, "requestEmailVerification", request(ctx)).await)
    }
}

async fn request(ctx: &Context<'_>) -> Result<RequestEmailVerificationResult> {
    to_union(accounts(ctx).request_email_verification(actor(ctx).await?, origin(ctx)).await)
}

/// The result of `requestEmailVerification`.
#[derive(Union)]
pub(in crate::graphql) enum RequestEmailVerificationResult {
    RequestEmailVerificationSuccess(RequestEmailVerificationSuccess),
    NoEmailAddress(NoEmailAddress),
    EmailAlreadyVerified(EmailAlreadyVerified),
    TooManyAttempts(TooManyAttempts),
}

/// A mail is being sent. Its link leads to your frontend, which passes the token in it to `verifyEmail`.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RequestEmailVerificationSuccess {
    /// The address that the mail is sent to.
    email: String,
}

impl From<MailRequested> for RequestEmailVerificationResult {
    fn from(MailRequested { email }: MailRequested) -> Self {
        Self::RequestEmailVerificationSuccess(RequestEmailVerificationSuccess { email })
    }
}

impl From<RequestEmailVerificationRefusal> for RequestEmailVerificationResult {
    fn from(refusal: RequestEmailVerificationRefusal) -> Self {
        match refusal {
            RequestEmailVerificationRefusal::NoEmailAddress => Self::NoEmailAddress(NoEmailAddress),
            RequestEmailVerificationRefusal::AlreadyVerified => Self::EmailAlreadyVerified(EmailAlreadyVerified),
            RequestEmailVerificationRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
        }
    }
}
