//! The mutation `register`.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use secrecy::ExposeSecret;

use crate::{
    accounts::{Admitted, Register, RegisterRefusal, Registered},
    graphql::{
        context::{accounts, origin, to_union},
        error::{EmailTaken, RegistrationClosed, ServerBusy, TooManyAttempts, UsernameTaken, ValidationFailed},
        instrument::instrumented,
        profile::User,
        session::{AuthTokens, Session},
    },
};

#[derive(Default)]
pub(in crate::graphql) struct RegisterMutation;

#[Object]
impl RegisterMutation {
    /// Creates an account with an e-mail address, a username or both, and logs the user in. If the server requires new
    /// users to confirm their e-mail address, it sends a mail with a link instead, and the result is
    /// `RegistrationPending`.
    async fn register(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new account.")] input: RegisterInput,
    ) -> Result<RegisterResult> {
        instrumented(ctx, "register", async { to_union(accounts(ctx).register(origin(ctx), input.into()).await) }).await
    }
}

/// A new account. It needs an e-mail address, a username or both. An empty string in an optional field is treated as
/// omitted.
#[derive(InputObject)]
pub(in crate::graphql) struct RegisterInput {
    /// The e-mail address. All spellings that receive the same mail are one address: case and Unicode normalization do
    /// not matter, and neither does whether the domain is written in Punycode. Required if the server requires new users
    /// to confirm it.
    email: Option<String>,
    /// The username: 3 to 32 letters and digits (2 in Chinese, Japanese and Korean), with `.`, `_` and `-` between them.
    /// All letters are of one script, which may be mixed with Latin letters in Chinese, Japanese and Korean. Case does not
    /// matter. Names that look like another user's are taken.
    username: Option<String>,
    /// The password, of any characters. The minimum length depends on the server and is 12 characters by default; the
    /// maximum is 256 characters. Common passwords and names of the user and of the service are rejected.
    #[graphql(secret)]
    password: String,
    /// The name to display, of at most 100 characters. Invisible characters and repeated spaces are removed.
    display_name: Option<String>,
}

/// The result of `register`.
#[derive(Union)]
#[expect(clippy::large_enum_variant, reason = "one for each request, and never stored")]
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

/// The account was created, and the user is logged in.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RegisterSuccess {
    /// The new user.
    user: User,
    /// The tokens of the session.
    tokens: AuthTokens,
    /// The session that was opened.
    session: Session,
    /// The device token of this user on this device, for the next login. See `LoginSuccess`.
    device_token: Option<String>,
}

/// A mail is being sent. Its link leads to your frontend, which passes the token in it to `verifyEmail`; then the user
/// can log in. If new users have to confirm their e-mail address, the response and the time that it takes are the same
/// for an address that already belongs to an account, and its owner is notified by mail.
#[derive(SimpleObject)]
pub(in crate::graphql) struct RegistrationPending {
    /// The address that the mail is sent to.
    email: String,
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
            Registered::Admitted(admitted) => {
                let Admitted { user, session, tokens, device_token, .. } = *admitted;
                let (tokens, session) = (AuthTokens(tokens), Session::current(session));
                let device_token = Some(device_token.expose_secret().to_owned());
                Self::RegisterSuccess(RegisterSuccess { user: user.into(), tokens, session, device_token })
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
