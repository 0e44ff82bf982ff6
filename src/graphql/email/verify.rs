//! The mutation `verifyEmail`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{self, VerifyEmailRefusal},
    graphql::{
        context::{accounts, answer, known},
        error::{EmailTaken, TicketRejected},
        execution::instrument::instrumented,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct VerifyEmailMutation;

#[Object]
impl VerifyEmailMutation {
    /// Shows that an e-mail address is its user's, with the token from the link in a mail. Where registrations have to be
    /// confirmed, this is what creates the account. Nobody is logged in by it, and no access token is needed; with one, the
    /// link has to be for that account.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail.")] input: VerifyEmailInput,
    ) -> Result<VerifyEmailResult> {
        instrumented(ctx, "verifyEmail", verify_email(ctx, input)).await
    }
}

async fn verify_email(ctx: &Context<'_>, input: VerifyEmailInput) -> Result<VerifyEmailResult> {
    answer(accounts(ctx).verify_email(known(ctx).await?, &input.token.into()).await)
}

/// The token from the mail.
#[derive(InputObject)]
pub(in crate::graphql) struct VerifyEmailInput {
    /// What follows `#token=` in the link. It counts once, within 24 hours.
    #[graphql(secret)]
    token: String,
}

/// The outcome of `verifyEmail`.
#[derive(Union)]
pub(in crate::graphql) enum VerifyEmailResult {
    VerifyEmailSuccess(VerifyEmailSuccess),
    TicketRejected(TicketRejected),
    EmailTaken(EmailTaken),
}

/// The e-mail address is verified.
#[derive(SimpleObject)]
pub(in crate::graphql) struct VerifyEmailSuccess {
    /// Whose it is. A username that somebody else took before the link was followed is null.
    user: User,
}

impl From<accounts::User> for VerifyEmailResult {
    fn from(user: accounts::User) -> Self {
        Self::VerifyEmailSuccess(VerifyEmailSuccess { user: user.into() })
    }
}

impl From<VerifyEmailRefusal> for VerifyEmailResult {
    fn from(refusal: VerifyEmailRefusal) -> Self {
        match refusal {
            VerifyEmailRefusal::Rejected(rejection) => Self::TicketRejected(TicketRejected(rejection)),
            VerifyEmailRefusal::EmailTaken => Self::EmailTaken(EmailTaken),
        }
    }
}
