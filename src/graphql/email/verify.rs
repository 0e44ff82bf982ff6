//! The mutation `verifyEmail`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{self, VerifyEmailRefusal},
    graphql::{
        context::{accounts, optional_actor, to_union},
        error::{EmailTaken, TicketRejected},
        instrument::instrumented,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct VerifyEmailMutation;

#[Object]
impl VerifyEmailMutation {
    /// Verifies an e-mail address with the token from a mail. If new users have to confirm their e-mail address, this
    /// creates the account. It does not log the user in. An access token is not required; with one, the token from the
    /// mail has to be for the same account.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail.")] input: VerifyEmailInput,
    ) -> Result<VerifyEmailResult> {
        instrumented(ctx, "verifyEmail", verify_email(ctx, input)).await
    }
}

async fn verify_email(ctx: &Context<'_>, input: VerifyEmailInput) -> Result<VerifyEmailResult> {
    to_union(accounts(ctx).verify_email(optional_actor(ctx).await?, &input.token.into()).await)
}

/// The token from the mail.
#[derive(InputObject)]
pub(in crate::graphql) struct VerifyEmailInput {
    /// The part after `#token=` in the link. It can be used once, within 24 hours.
    #[graphql(secret)]
    token: String,
}

/// The result of `verifyEmail`.
#[derive(Union)]
pub(in crate::graphql) enum VerifyEmailResult {
    VerifyEmailSuccess(VerifyEmailSuccess),
    TicketRejected(TicketRejected),
    EmailTaken(EmailTaken),
}

/// The e-mail address is verified.
#[derive(SimpleObject)]
pub(in crate::graphql) struct VerifyEmailSuccess {
    /// The user whose e-mail address was verified. The username is null if another user took it before the link was
    /// followed.
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
