//! Events: the facts that happened to accounts, in the terms of OWASP's Logging Vocabulary.
//!
//! An event is a row of `events` that is committed together with the change, a line in the log and a count in the
//! metrics; [`record`] writes all three. To add an event, add a variant to [`Event`] and its arm in
//! [`Event::describe`].
//!
//! An event names users and sessions by their ids. It never holds what a client typed, because people type passwords
//! into the wrong field.

mod description;
pub(super) mod outgoing_mail;
pub(super) mod record;
pub(super) mod short_text;

use std::{fmt, net::IpAddr};

use uuid::Uuid;

use self::{description::Description, short_text::ShortText};
use crate::{accounts::user::Role, entity::ticket::Purpose, throttle::LimitedAction};

/// A fact that happened.
///
/// Verbs record events themselves; callers need not do anything:
///
/// ```no_run
/// # async fn example(accounts: &latchkey::accounts::Accounts, actor: &latchkey::accounts::Actor) {
/// // Commits `Event::SessionEnded` with the end of the session:
/// // in `events` and in the log it is `authn_token_revoked:USER,SESSION`,
/// // in the metrics `latchkey_events_total{event="authn_token_revoked"}`.
/// let session = accounts.logout(Some(actor), None).await.unwrap();
/// assert!(session.is_some_and(|session| session.ended_at.is_some()));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Event {
    /// A user registered.
    Registered(Uuid),
    /// A user logged in.
    LoggedIn(Uuid),
    /// A login failed. Holds the user if the identifier belongs to one.
    LoginFailed(Option<Uuid>),
    /// An attempt was beyond its limit. `suppressed` counts the attempts since the last such event that had none.
    TooManyAttempts { action: LimitedAction, suppressed: u64 },
    /// A ticket was requested. Holds the user or the pending registration, where it is known.
    TicketRequested { user: Option<Uuid>, purpose: Purpose },
    /// A user verified their e-mail address.
    EmailVerified(Uuid),
    /// A user changed their e-mail address.
    EmailChanged(Uuid),
    /// A user changed their username.
    UsernameChanged(Uuid),
    /// A user changed their password.
    PasswordChanged(Uuid),
    /// A password was reset with a ticket from a mail.
    PasswordReset(Uuid),
    /// A user typed the wrong current password when they changed it.
    PasswordChangeFailed(Uuid),
    /// A client typed the wrong password of a user or of a pending registration. Holds the operation.
    WrongPassword { user: Uuid, operation: &'static str },
    /// A refresh token was used again after its rotation, so another client may have it, too.
    RefreshTokenReused { user: Uuid, session: Uuid },
    /// A refresh token that was rotated returned the newest pair again, to a client with this address and device.
    RefreshTokenRetried { user: Uuid, session: Uuid, address: Option<IpAddr>, device: ShortText },
    /// A session was ended before it expired.
    SessionEnded { user: Uuid, session: Uuid },
    /// The other sessions of a user were ended.
    OtherSessionsEnded { user: Uuid, sessions: u64 },
    /// A profile was changed.
    ProfileUpdated { by: Uuid, of: Uuid },
    /// A user requested the profile of another user. `suppressed` counts the requests since the last such event.
    AccessDenied { user: Uuid, suppressed: u64 },
    /// An admin changed a user. An operator at the command line has no id.
    Administered { by: Option<Uuid>, action: AdminAction, user: Uuid },
    /// An admin imported users.
    UsersImported { by: Option<Uuid>, users: u64 },
    /// An admin changed the role of a user.
    RoleChanged { by: Option<Uuid>, user: Uuid, from: Role, to: Role },
}

/// What an admin did to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum AdminAction {
    Create,
    Disable,
    Enable,
    SetEmail,
    SetPassword,
    VerifyEmail,
    EndSessions,
}

impl Event {
    /// The name, level, message, subject and details of an event: one arm for each.
    pub(in crate::accounts) fn describe(self) -> Description {
        let info = Description::info;
        let warn = Description::warn;
        match self {
            Self::Registered(user) => info("user_created", "user registered").of(user),
            Self::LoggedIn(user) => info("authn_login_success", "login succeeded").of(user),
            Self::LoginFailed(user) => warn("authn_login_fail", "login failed").of(user),
            Self::TooManyAttempts { action, suppressed } => {
                warn("excess_rate_limit_exceeded", "too many attempts").detail(action).suppressed(suppressed)
            }
            Self::TicketRequested { user, purpose } => {
                info("authn_token_created", "ticket requested").of(user).detail(purpose.name())
            }
            Self::EmailVerified(user) => {
                info("user_updated", "e-mail address verified").of(user).detail(user).detail("email_verified")
            }
            Self::EmailChanged(user) => {
                info("user_updated", "e-mail address changed").of(user).detail(user).detail("email")
            }
            Self::UsernameChanged(user) => {
                info("user_updated", "username changed").of(user).detail(user).detail("username")
            }
            Self::PasswordChanged(user) => info("authn_password_change", "password changed").of(user),
            Self::PasswordReset(user) => info("authn_password_change", "password reset").of(user).detail("reset"),
            Self::PasswordChangeFailed(user) => {
                warn("authn_password_change_fail", "wrong password at a password change").of(user)
            }
            Self::WrongPassword { user, operation } => {
                warn("authn_login_fail", "wrong password").of(user).detail(operation)
            }
            Self::RefreshTokenReused { user, session } => {
                warn("authn_token_reuse", "refresh token reused; session ended").of(user).detail(session)
            }
            Self::RefreshTokenRetried { user, session, address, device } => {
                let address = address.map_or_else(|| "unknown address".to_owned(), |address| address.to_string());
                let retried = info("authn_token_retried", "refresh token sent again");
                retried.of(user).detail(session).detail(address).detail(device)
            }
            Self::SessionEnded { user, session } => {
                info("authn_token_revoked", "session ended").of(user).detail(session)
            }
            Self::OtherSessionsEnded { user, sessions } => {
                info("authn_token_revoked", "other sessions ended").of(user).detail(format!("{sessions} others"))
            }
            Self::ProfileUpdated { by, of } => {
                info("user_updated", "profile updated").about(of).detail(by).detail(of).detail("profile")
            }
            Self::AccessDenied { user, suppressed } => {
                warn("authz_fail", "access to another profile denied").of(user).detail("profile").suppressed(suppressed)
            }
            Self::Administered { by, action, user } => {
                info("authz_admin", "user changed by an admin").about(user).by(by).detail(action.name()).detail(user)
            }
            Self::UsersImported { by, users } => {
                info("authz_admin", "users imported").by(by).detail("import").detail(format!("{users} users"))
            }
            Self::RoleChanged { by, user, from, to } => {
                info("authz_change", "role changed").of(user).detail(role(from)).detail(role(to)).by(by)
            }
        }
    }
}

impl AdminAction {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::SetEmail => "set_email",
            Self::SetPassword => "set_password",
            Self::VerifyEmail => "verify_email",
            Self::EndSessions => "end_sessions",
        }
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Admin => "admin",
    }
}

/// The line of an event: its name, and its details after a colon.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(f)
    }
}
