//! The mutation `correctEmail`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{CorrectEmail, CorrectEmailRefusal, MailRequested},
    graphql::{
        context::{accounts, origin, to_union},
        error::{
            EmailAlreadyVerified, InvalidCredentials, NoEmailAddress, ServerBusy, TooManyAttempts, ValidationFailed,
        },
        instrument::instrumented,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct CorrectEmailMutation;

#[Object]
impl CorrectEmailMutation {
    /// Corrects a mistyped e-mail address that was never verified, and sends the link to verify it to the new address.
    /// Links to the old address are no longer valid. For users who cannot log in because of the mistyped address; a user
    /// who is logged in can also use `requestEmailChange`. It does not log the user in.
    async fn correct_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account, its password, and the right address.")] input: CorrectEmailInput,
    ) -> Result<CorrectEmailResult> {
        instrumented(ctx, "correctEmail", correct(ctx, input)).await
    }
}

async fn correct(ctx: &Context<'_>, input: CorrectEmailInput) -> Result<CorrectEmailResult> {
    to_union(accounts(ctx).correct_email(origin(ctx), input.into()).await)
}

/// The account, its password, and the right address.
#[derive(InputObject)]
pub(in crate::graphql) struct CorrectEmailInput {
    /// The mistyped e-mail address, or the username.
    identifier: String,
    /// The password that was chosen at the registration.
    #[graphql(secret)]
    password: String,
    /// The right e-mail address.
    new_email: String,
}

/// The result of `correctEmail`.
#[derive(Union)]
pub(in crate::graphql) enum CorrectEmailResult {
    CorrectEmailSuccess(CorrectEmailSuccess),
    ValidationFailed(ValidationFailed),
    InvalidCredentials(InvalidCredentials),
    NoEmailAddress(NoEmailAddress),
    EmailAlreadyVerified(EmailAlreadyVerified),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// A mail is being sent to the new address. Its link leads to your frontend, which passes the token in it to
/// `verifyEmail`. If the address belongs to another account, the response is the same, and the owner of that account is
/// notified by mail instead.
#[derive(SimpleObject)]
pub(in crate::graphql) struct CorrectEmailSuccess {
    /// The new address.
    email: String,
}

impl From<CorrectEmailInput> for CorrectEmail {
    fn from(CorrectEmailInput { identifier, password, new_email }: CorrectEmailInput) -> Self {
        Self { identifier, password: password.into(), new_email }
    }
}

impl From<MailRequested> for CorrectEmailResult {
    fn from(MailRequested { email }: MailRequested) -> Self {
        Self::CorrectEmailSuccess(CorrectEmailSuccess { email })
    }
}

impl From<CorrectEmailRefusal> for CorrectEmailResult {
    fn from(refusal: CorrectEmailRefusal) -> Self {
        match refusal {
            CorrectEmailRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            CorrectEmailRefusal::InvalidCredentials(_) => Self::InvalidCredentials(InvalidCredentials),
            CorrectEmailRefusal::NoEmailAddress => Self::NoEmailAddress(NoEmailAddress),
            CorrectEmailRefusal::AlreadyVerified => Self::EmailAlreadyVerified(EmailAlreadyVerified),
            CorrectEmailRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            CorrectEmailRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
