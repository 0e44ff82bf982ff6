//! The mutation `login`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};

use super::{
    caller::{accounts, origin},
    session::Session,
    token::AuthTokens,
    user::User,
    user_error::{InvalidCredentials, ServerBusy, TooManyAttempts},
};
use crate::accounts::{Entered, Failure, Login, LoginRefusal};

#[derive(Default)]
pub(super) struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Signs in with an e-mail address or a username, and a password. A token that is sent along makes no difference.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Result<LoginResult> {
        match accounts(ctx)?.login(origin(ctx)?, input.into()).await {
            Ok(entered) => Ok(entered.into()),
            Err(Failure::Refused(refusal)) => Ok(refusal.into()),
            Err(Failure::Fault(fault)) => Err(fault.into()),
        }
    }
}

/// Who signs in.
#[derive(InputObject)]
pub(super) struct LoginInput {
    /// The e-mail address or the username: one box in a form. Usernames have no `@`, so there is no mistaking them.
    identifier: String,
    /// The password.
    #[graphql(secret)]
    password: String,
}

/// What came of signing in.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "one a request, made where it is sent")]
pub(super) enum LoginResult {
    LoginSuccess(LoginSuccess),
    InvalidCredentials(InvalidCredentials),
    TooManyAttempts(TooManyAttempts),
    ServerBusy(ServerBusy),
}

/// Signed in.
#[derive(SimpleObject)]
pub(super) struct LoginSuccess {
    /// Who is signed in.
    user: User,
    /// What to send along from now on.
    tokens: AuthTokens,
    /// The new session.
    session: Session,
}

impl From<LoginInput> for Login {
    fn from(LoginInput { identifier, password }: LoginInput) -> Self {
        Self { identifier, password: password.into() }
    }
}

impl From<Entered> for LoginResult {
    fn from(Entered { user, session, access_token }: Entered) -> Self {
        Self::LoginSuccess(LoginSuccess {
            user: user.into(),
            tokens: AuthTokens(access_token),
            session: Session::current(session),
        })
    }
}

impl From<LoginRefusal> for LoginResult {
    fn from(refusal: LoginRefusal) -> Self {
        match refusal {
            LoginRefusal::InvalidCredentials => Self::InvalidCredentials(InvalidCredentials),
            LoginRefusal::TooManyAttempts(wait) => Self::TooManyAttempts(TooManyAttempts(wait)),
            LoginRefusal::ServerBusy(wait) => Self::ServerBusy(ServerBusy(wait)),
        }
    }
}
