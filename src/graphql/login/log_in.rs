//! The mutation `login`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use secrecy::ExposeSecret;

use crate::{
    accounts::{Admitted, Login, LoginRefusal},
    graphql::{
        context::{accounts, origin, to_union},
        error::{EmailNotVerified, InvalidCredentials, ServerBusy, TooManyAttempts},
        instrument::instrumented,
        profile::User,
        session::{AuthTokens, Session},
    },
};

#[derive(Default)]
pub(in crate::graphql) struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Logs a user in with an e-mail address or a username, and a password. An access token in the request is ignored.
    async fn login(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifier and the password.")] input: LoginInput,
    ) -> Result<LoginResult> {
        instrumented(ctx, "login", async { to_union(accounts(ctx).login(origin(ctx), input.into()).await) }).await
    }
}

/// The credentials of a user.
#[derive(InputObject)]
pub(in crate::graphql) struct LoginInput {
    /// The e-mail address or the username. A form needs one field for both: a username never contains `@`.
    identifier: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// The `deviceToken` of an earlier login of this user on this device. It gives the device a limit of its own, so that
    /// others who guess the password cannot lock it out. A token that is not valid, or is of another user, is ignored.
    #[graphql(secret)]
    device_token: Option<String>,
}

/// The result of `login`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "one for each request, and never stored")]
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
    /// The user who logged in.
    user: User,
    /// The tokens of the session.
    tokens: AuthTokens,
    /// The session that was opened.
    session: Session,
    /// The device token of this user on this device. Store it beyond the logout, and send it with the next login. It is
    /// opaque, is valid for 400 days at most, and alone gives no access. A password reset makes it invalid.
    device_token: Option<String>,
}

impl From<LoginInput> for Login {
    fn from(LoginInput { identifier, password, device_token }: LoginInput) -> Self {
        Self { identifier, password: password.into(), device_token: device_token.map(Into::into) }
    }
}

impl From<Admitted> for LoginResult {
    fn from(Admitted { user, session, tokens, device_token, .. }: Admitted) -> Self {
        Self::LoginSuccess(LoginSuccess {
            user: user.into(),
            tokens: AuthTokens(tokens),
            session: Session::current(session),
            device_token: Some(device_token.expose_secret().to_owned()),
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
