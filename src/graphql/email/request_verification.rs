//! The mutation `requestEmailVerification`.

use async_graphql::{Context, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{MailRequested, RequestEmailVerificationRefusal},
    graphql::{
        context::{accounts, actor, answer, origin},
        error::{ErrorCode, TooManyAttempts},
        execution::instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RequestEmailVerificationMutation;

#[Object]
impl RequestEmailVerificationMutation {
    /// Sends you another mail to show that your e-mail address is yours; the link in the one before counts no more. Needs
    /// an access token: null with `UNAUTHENTICATED` among the errors without one.
    async fn request_email_verification(&self, ctx: &Context<'_>) -> Option<Result<RequestEmailVerificationResult>> {
        Some(instrumented(ctx, "requestEmailVerification", request(ctx)).await)
    }
}

async fn request(ctx: &Context<'_>) -> Result<RequestEmailVerificationResult> {
    answer(accounts(ctx).request_email_verification(actor(ctx).await?, origin(ctx)).await)
}

/// The outcome of `requestEmailVerification`.
#[derive(Union)]
pub(in crate::graphql) enum RequestEmailVerificationResult {
    RequestEmailVerificationSuccess(RequestEmailVerificationSuccess),
    NoEmailAddress(NoEmailAddress),
    EmailAlreadyVerified(EmailAlreadyVerified),
    TooManyAttempts(TooManyAttempts),
}

/// A mail is on its way. Its link leads to your frontend, which hands the token in it to `verifyEmail`.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RequestEmailVerificationSuccess {
    /// Where the mail goes.
    email: String,
}

pub(in crate::graphql) struct NoEmailAddress;

/// You have no e-mail address: get one with `requestEmailChange`.
#[Object]
impl NoEmailAddress {
    /// Always `NO_EMAIL_ADDRESS`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::NoEmailAddress
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        "This account has no e-mail address. Add one first.".to_owned()
    }
}

pub(in crate::graphql) struct EmailAlreadyVerified;

/// There is nothing to do: your address is known to be yours.
#[Object]
impl EmailAlreadyVerified {
    /// Always `EMAIL_ALREADY_VERIFIED`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::EmailAlreadyVerified
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        "Your e-mail address is verified already.".to_owned()
    }
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
