//! The mutation `confirmEmailChange`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{self, ConfirmEmailChangeRefusal},
    graphql::{
        context::{accounts, actor, origin, to_union},
        error::{EmailTaken, TicketRejected, TooManyAttempts},
        instrument::instrumented,
        profile::User,
    },
};

#[derive(Default)]
pub(in crate::graphql) struct ConfirmEmailChangeMutation;

#[Object]
impl ConfirmEmailChangeMutation {
    /// Changes your e-mail address with the token from the mail to the new address. The old address is notified.
    /// Requires an access token; without one the field is null and the response has an `UNAUTHENTICATED` error.
    async fn confirm_email_change(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token from the mail.")] input: ConfirmEmailChangeInput,
    ) -> Option<Result<ConfirmEmailChangeResult>> {
        Some(instrumented(ctx, "confirmEmailChange", confirm(ctx, input)).await)
    }
}

async fn confirm(ctx: &Context<'_>, input: ConfirmEmailChangeInput) -> Result<ConfirmEmailChangeResult> {
    to_union(accounts(ctx).confirm_email_change(actor(ctx).await?, origin(ctx), &input.token.into()).await)
}

/// The token from the mail.
#[derive(InputObject)]
pub(in crate::graphql) struct ConfirmEmailChangeInput {
    /// The part after `#token=` in the link. It can be used once, within 24 hours.
    #[graphql(secret)]
    token: String,
}

/// The result of `confirmEmailChange`.
#[derive(Union)]
pub(in crate::graphql) enum ConfirmEmailChangeResult {
    ConfirmEmailChangeSuccess(ConfirmEmailChangeSuccess),
    TicketRejected(TicketRejected),
    EmailTaken(EmailTaken),
    TooManyAttempts(TooManyAttempts),
}

/// The e-mail address was changed, and is verified.
#[derive(SimpleObject)]
pub(in crate::graphql) struct ConfirmEmailChangeSuccess {
    /// The user whose e-mail address was changed.
    user: User,
}

impl From<accounts::User> for ConfirmEmailChangeResult {
    fn from(user: accounts::User) -> Self {
        Self::ConfirmEmailChangeSuccess(ConfirmEmailChangeSuccess { user: user.into() })
    }
}

impl From<ConfirmEmailChangeRefusal> for ConfirmEmailChangeResult {
    fn from(refusal: ConfirmEmailChangeRefusal) -> Self {
        match refusal {
            ConfirmEmailChangeRefusal::Rejected(rejection) => Self::TicketRejected(TicketRejected(rejection)),
            ConfirmEmailChangeRefusal::EmailTaken => Self::EmailTaken(EmailTaken),
            ConfirmEmailChangeRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
        }
    }
}
