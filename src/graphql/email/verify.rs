//! The mutation `verifyEmail`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{self, VerifyEmailRefusal},
    graphql::{
        context::{accounts, optional_actor, origin, to_union},
        error::{EmailTaken, InvalidCredentials, ServerBusy, TicketRejected, TooManyAttempts},
        instrument::instrumented,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct VerifyEmailMutation;

#[Object]
impl VerifyEmailMutation {
    /// Verifies an e-mail address with the token from a mail. If new users have to confirm their e-mail address, this
    /// creates the account. It does not log the user in.
    ///
    /// The link proves only that a person reads the mail of this address. To prove that the account is theirs, send the
    /// access token of the account, or its password: another person may have registered with this address. An owner of
    /// the address who did not register chooses a password with `requestPasswordReset`.
    async fn verify_email(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail, and the password.")] input: VerifyEmailInput,
    ) -> Result<VerifyEmailResult> {
        instrumented(ctx, "verifyEmail", verify_email(ctx, input)).await
    }
}

async fn verify_email(ctx: &Context<'_>, input: VerifyEmailInput) -> Result<VerifyEmailResult> {
    let verify = accounts::VerifyEmail { token: input.token.into(), password: input.password.map(Into::into) };
    to_union(Box::pin(accounts(ctx).verify_email(optional_actor(ctx).await?, origin(ctx), verify)).await)
}

/// The token from the mail, and the password.
#[derive(InputObject)]
pub(in crate::graphql) struct VerifyEmailInput {
    /// The part after `#token=` in the link. It can be used once, within 24 hours.
    #[graphql(secret)]
    token: String,
    /// The password of the account, or the one that was chosen at the registration. Not needed with the access token of
    /// the account.
    #[graphql(secret)]
    password: Option<String>,
}

/// The result of `verifyEmail`.
#[derive(Union)]
pub(in crate::graphql) enum VerifyEmailResult {
    VerifyEmailSuccess(VerifyEmailSuccess),
    TicketRejected(TicketRejected),
    InvalidCredentials(InvalidCredentials),
    EmailTaken(EmailTaken),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
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
            VerifyEmailRefusal::InvalidCredentials(_) => Self::InvalidCredentials(InvalidCredentials),
            VerifyEmailRefusal::EmailTaken => Self::EmailTaken(EmailTaken),
            VerifyEmailRefusal::TooManyAttempts(attempts) => Self::TooManyAttempts(TooManyAttempts(attempts)),
            VerifyEmailRefusal::ServerBusy(busy) => Self::ServerBusy(ServerBusy(busy)),
        }
    }
}
