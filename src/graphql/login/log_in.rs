//! The mutation `login`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use crate::{
    accounts::{Admitted, Login, LoginRefusal},
    graphql::{
        context::{accounts, answer, origin},
        error::{ErrorCode, InvalidCredentials, ServerBusy, TooManyAttempts},
        execution::instrument::instrumented,
        profile::User,
        session::{AuthTokens, Session},
    },
};

#[derive(Default)]
pub(in crate::graphql) struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Logs in with an e-mail address or a username, and a password. A token that is sent along makes no difference.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier and the password.")] input: LoginInput,
    ) -> Result<LoginResult> {
        instrumented(ctx, "login", async { answer(accounts(ctx).login(origin(ctx), input.into()).await) }).await
    }
}

/// The credentials of an account.
#[derive(InputObject)]
pub(in crate::graphql) struct LoginInput {
    /// The e-mail address or the username: one box in a form. Usernames have no `@`, so there is no mistaking them.
    identifier: String,
    /// The password.
    #[graphql(secret)]
    password: String,
}

/// The outcome of `login`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "one a request, made where it is sent")]
pub(in crate::graphql) enum LoginResult {
    LoginSuccess(LoginSuccess),
    InvalidCredentials(InvalidCredentials),
    EmailNotVerified(EmailNotVerified),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// The login succeeded.
#[derive(SimpleObject)]
pub(in crate::graphql) struct LoginSuccess {
    /// Who logged in.
    user: User,
    /// The tokens to send along from now on.
    tokens: AuthTokens,
    /// The session that was opened.
    session: Session,
}

pub(in crate::graphql) struct EmailNotVerified;

/// The password is right, but this server lets nobody in before they have shown that their e-mail address is theirs. A mail
/// with a link is on its way; too many mails are not sent.
#[Object]
impl EmailNotVerified {
    /// Always `EMAIL_NOT_VERIFIED`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::EmailNotVerified
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        "Verify your e-mail address first: follow the link in the mail that we sent you.".to_owned()
    }
}

impl From<LoginInput> for Login {
    fn from(LoginInput { identifier, password }: LoginInput) -> Self {
        Self { identifier, password: password.into() }
    }
}

impl From<Admitted> for LoginResult {
    fn from(Admitted { user, session, tokens, .. }: Admitted) -> Self {
        Self::LoginSuccess(LoginSuccess {
            user: user.into(),
            tokens: AuthTokens(tokens),
            session: Session::current(session),
        })
    }
}

impl From<LoginRefusal> for LoginResult {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::InvalidCredentials => Self::InvalidCredentials(InvalidCredentials),
            LoginRefusal::EmailNotVerified => Self::EmailNotVerified(EmailNotVerified),
            LoginRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            LoginRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
