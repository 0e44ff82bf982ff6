//! The mutation `register`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{Admitted, Register, RegisterRefusal, Registered},
    graphql::{
        context::{accounts, answer, origin},
        error::{EmailTaken, ErrorCode, ServerBusy, TooManyAttempts, UsernameTaken, ValidationFailed},
        execution::instrument::instrumented,
        profile::User,
        session::{AuthTokens, Session},
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RegisterMutation;

#[Object]
impl RegisterMutation {
    /// Creates an account with an e-mail address, a username or both, and logs it in at once; where the server is set so, a
    /// link in a mail has to be followed first, and the answer is `RegistrationPending`.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new account.")] input: RegisterInput,
    ) -> Result<RegisterResult> {
        instrumented(ctx, "register", async { answer(accounts(ctx).register(origin(ctx), input.into()).await) }).await
    }
}

/// A new account: with an e-mail address, a username or both. An optional field with an empty text counts as omitted.
#[derive(InputObject)]
pub(in crate::graphql) struct RegisterInput {
    /// An e-mail address. Case and Unicode composition make no difference. Required where registrations have to be
    /// confirmed.
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
pub(in crate::graphql) enum RegisterResult {
    RegisterSuccess(RegisterSuccess),
    RegistrationPending(RegistrationPending),
    RegistrationClosed(RegistrationClosed),
    ValidationFailed(ValidationFailed),
    EmailTaken(EmailTaken),
    UsernameTaken(UsernameTaken),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The account was created, and is logged in.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RegisterSuccess {
    /// The new user.
    user: User,
    /// The tokens to send along from now on.
    tokens: AuthTokens,
    /// The session that was opened.
    session: Session,
}

/// A mail is on its way: its link leads to your frontend, which hands the token in it to `verifyEmail`; then log in. Where
/// registrations have to be confirmed, the answer and its time are the same whether there is an account with this address
/// already; its owner hears of it by mail.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RegistrationPending {
    /// Where the mail goes.
    email: String,
}

pub(in crate::graphql) struct RegistrationClosed;

/// Nobody may register here: accounts are made by whoever runs the server.
#[Object]
impl RegistrationClosed {
    /// Always `REGISTRATION_CLOSED`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::RegistrationClosed
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        "Registration is closed. Ask whoever runs this service for an account.".to_owned()
    }
}

impl From<RegisterInput> for Register {
    fn from(input: RegisterInput) -> Self {
        let RegisterInput { email, username, password, display_name } = input;
        Self { email, username, password: password.into(), display_name }
    }
}

impl From<Registered> for RegisterResult {
    fn from(registered: Registered) -> Self {
        match registered {
            Registered::Admitted(entered) => {
                let Admitted { user, session, tokens, .. } = *entered;
                let (tokens, session) = (AuthTokens(tokens), Session::current(session));
                Self::RegisterSuccess(RegisterSuccess { user: user.into(), tokens, session })
            }
            Registered::Pending { email } => Self::RegistrationPending(RegistrationPending { email }),
        }
    }
}

impl From<RegisterRefusal> for RegisterResult {
    fn from(refusal: RegisterRefusal) -> Self {
        match refusal {
            RegisterRefusal::ValidationFailed(violations) => Self::ValidationFailed(ValidationFailed(violations)),
            RegisterRefusal::Closed => Self::RegistrationClosed(RegistrationClosed),
            RegisterRefusal::EmailTaken => Self::EmailTaken(EmailTaken),
            RegisterRefusal::UsernameTaken => Self::UsernameTaken(UsernameTaken),
            RegisterRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            RegisterRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
