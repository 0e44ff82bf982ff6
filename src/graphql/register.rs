//! The mutation `register`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::{
    caller::{accounts, answer, origin},
    counted::counted,
    session::Session,
    token::AuthTokens,
    user::User,
    user_error::{EmailTaken, ServerBusy, TooManyAttempts, UsernameTaken},
    validation_failed::ValidationFailed,
};
use crate::accounts::{Entered, Register, RegisterRefusal};

#[derive(Default)]
pub(super) struct RegisterMutation;

#[Object]
impl RegisterMutation {
    /// Creates an account with an e-mail address, a username or both, and logs it in at once.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new account.")] input: RegisterInput,
    ) -> Result<RegisterResult> {
        counted(ctx, "register", async { answer(accounts(ctx).register(origin(ctx), input.into()).await) }).await
    }
}

/// A new account: with an e-mail address, a username or both.
#[derive(InputObject)]
pub(super) struct RegisterInput {
    /// An e-mail address. Case and Unicode composition make no difference.
    email: Option<String>,
    /// A name of 3 to 32 letters and digits, with `.`, `_` and `-` between them. Case makes no difference.
    username: Option<String>,
    /// A password of any characters. How many it needs is up to the server, 12 unless it is set otherwise; at most 72
    /// bytes. Common passwords and the user's own names are refused.
    #[graphql(secret)]
    password: String,
    /// What to call this person; at most 100 characters.
    display_name: Option<String>,
}

/// The outcome of `register`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "one a request, made where it is sent")]
pub(super) enum RegisterResult {
    RegisterSuccess(RegisterSuccess),
    ValidationFailed(ValidationFailed),
    EmailTaken(EmailTaken),
    UsernameTaken(UsernameTaken),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The account was created, and is logged in.
#[derive(SimpleObject)]
pub(super) struct RegisterSuccess {
    /// The new user.
    user: User,
    /// The tokens to send along from now on.
    tokens: AuthTokens,
    /// The session that was opened.
    session: Session,
}

impl From<RegisterInput> for Register {
    fn from(input: RegisterInput) -> Self {
        let RegisterInput { email, username, password, display_name } = input;
        Self { email, username, password: password.into(), display_name }
    }
}

impl From<Entered> for RegisterResult {
    fn from(Entered { user, session, tokens }: Entered) -> Self {
        Self::RegisterSuccess(RegisterSuccess {
            user: user.into(),
            tokens: AuthTokens(tokens),
            session: Session::current(session),
        })
    }
}

impl From<RegisterRefusal> for RegisterResult {
    fn from(refusal: RegisterRefusal) -> Self {
        match refusal {
            RegisterRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            RegisterRefusal::EmailTaken => Self::EmailTaken(EmailTaken),
            RegisterRefusal::UsernameTaken => Self::UsernameTaken(UsernameTaken),
            RegisterRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            RegisterRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
