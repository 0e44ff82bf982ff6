//! What happened, for whoever watches over the accounts, in the words of OWASP's Logging Vocabulary.

pub(super) mod outgoing_mail;
pub(super) mod record;

use std::fmt;

use uuid::Uuid;

use crate::{accounts::user::Role, entity::ticket::Purpose, throttle::LimitedAction};

/// A fact that happened. Users and sessions are named by their ids; what somebody typed is never told, since people type
/// passwords into the wrong box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Event {
    /// Somebody registered.
    Registered(Uuid),
    /// Somebody logged in.
    LoggedIn(Uuid),
    /// Somebody did not: at this user, if there is one.
    LoginFailed(Option<Uuid>),
    /// Somebody tried too often, and so many others did of whom nothing was told.
    TooManyAttempts { action: LimitedAction, suppressed: u64 },
    /// Somebody asked for a ticket to be sent: a user, somebody who wants to be one, or nobody knows who.
    TicketRequested { user: Option<Uuid>, purpose: Purpose },
    /// A user showed that their e-mail address is theirs.
    EmailVerified(Uuid),
    /// A user has another e-mail address.
    EmailChanged(Uuid),
    /// A user changed their password.
    PasswordChanged(Uuid),
    /// Somebody who reads a user's mail chose another password for them.
    PasswordReset(Uuid),
    /// Somebody with a session of this user did not know the current password.
    PasswordChangeFailed(Uuid),
    /// Somebody with a session of this user did not know the password, and wanted another e-mail address.
    EmailChangeFailed(Uuid),
    /// A refresh token came back whose turn was over, so somebody else has it, too.
    RefreshTokenReused { user: Uuid, session: Uuid },
    /// A session was ended before its time.
    SessionEnded { user: Uuid, session: Uuid },
    /// All other sessions of a user were ended, so many.
    OtherSessionsEnded { user: Uuid, sessions: u64 },
    /// A profile was changed.
    ProfileUpdated { by: Uuid, of: Uuid },
    /// A user asked for another's profile, and so many times more since it was recorded last.
    AccessDenied { user: Uuid, suppressed: u64 },
    /// An admin did something to a user; whoever is at the shell has no id.
    Administered { by: Option<Uuid>, action: AdminAction, user: Uuid },
    /// An admin brought so many users of another system.
    UsersImported { by: Option<Uuid>, users: u64 },
    /// An admin gave a user another role.
    RoleChanged { user: Uuid, from: Role, to: Role },
}

/// What an admin may do to a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum AdminAction {
    Create,
    Disable,
    Enable,
    SetPassword,
    VerifyEmail,
    EndSessions,
}

impl Event {
    /// Writes it into the log.
    pub(in crate::accounts) fn log(self) {
        match self {
            Self::LoginFailed(_)
            | Self::TooManyAttempts { .. }
            | Self::PasswordChangeFailed(_)
            | Self::EmailChangeFailed(_)
            | Self::RefreshTokenReused { .. }
            | Self::AccessDenied { .. } => {
                tracing::warn!(target: "latchkey::events", event = %self, "{}", self.description())
            }
            Self::Registered(_)
            | Self::LoggedIn(_)
            | Self::TicketRequested { .. }
            | Self::EmailVerified(_)
            | Self::EmailChanged(_)
            | Self::PasswordChanged(_)
            | Self::PasswordReset(_)
            | Self::SessionEnded { .. }
            | Self::OtherSessionsEnded { .. }
            | Self::ProfileUpdated { .. }
            | Self::Administered { .. }
            | Self::UsersImported { .. }
            | Self::RoleChanged { .. } => {
                tracing::info!(target: "latchkey::events", event = %self, "{}", self.description())
            }
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Registered(_) => "a user registered",
            Self::LoggedIn(_) => "a user logged in",
            Self::LoginFailed(_) => "a login failed",
            Self::TooManyAttempts { .. } => "somebody tried too often",
            Self::TicketRequested { .. } => "somebody asked for a ticket",
            Self::EmailVerified(_) => "a user's e-mail address is theirs",
            Self::EmailChanged(_) => "a user has another e-mail address",
            Self::PasswordChanged(_) => "a user changed their password",
            Self::PasswordReset(_) => "a user's forgotten password was reset",
            Self::PasswordChangeFailed(_) => "a change of password failed",
            Self::EmailChangeFailed(_) => "a change of e-mail address failed",
            Self::RefreshTokenReused { .. } => "a used refresh token came back: its session is ended",
            Self::SessionEnded { .. } => "a session was ended",
            Self::OtherSessionsEnded { .. } => "a user's other sessions were ended",
            Self::ProfileUpdated { .. } => "a profile was changed",
            Self::AccessDenied { .. } => "a user asked for another's profile",
            Self::Administered { .. } => "an admin did something to a user",
            Self::UsersImported { .. } => "users of another system were imported",
            Self::RoleChanged { .. } => "a user has another role",
        }
    }

    /// Whom it is about, if that is one user.
    pub(in crate::accounts) fn user(self) -> Option<Uuid> {
        match self {
            Self::Registered(user)
            | Self::LoggedIn(user)
            | Self::EmailVerified(user)
            | Self::EmailChanged(user)
            | Self::PasswordChanged(user)
            | Self::PasswordReset(user)
            | Self::PasswordChangeFailed(user)
            | Self::EmailChangeFailed(user)
            | Self::RefreshTokenReused { user, .. }
            | Self::SessionEnded { user, .. }
            | Self::OtherSessionsEnded { user, .. }
            | Self::ProfileUpdated { of: user, .. }
            | Self::AccessDenied { user, .. }
            | Self::Administered { user, .. }
            | Self::RoleChanged { user, .. } => Some(user),
            Self::LoginFailed(user) | Self::TicketRequested { user, .. } => user,
            Self::TooManyAttempts { .. } | Self::UsersImported { .. } => None,
        }
    }

    /// What the vocabulary calls it.
    pub(in crate::accounts) fn name(self) -> &'static str {
        match self {
            Self::Registered(_) => "user_created",
            Self::LoggedIn(_) => "authn_login_success",
            Self::LoginFailed(_) | Self::EmailChangeFailed(_) => "authn_login_fail",
            Self::TooManyAttempts { .. } => "excess_rate_limit_exceeded",
            Self::TicketRequested { .. } => "authn_token_created",
            Self::PasswordChanged(_) | Self::PasswordReset(_) => "authn_password_change",
            Self::PasswordChangeFailed(_) => "authn_password_change_fail",
            Self::RefreshTokenReused { .. } => "authn_token_reuse",
            Self::SessionEnded { .. } | Self::OtherSessionsEnded { .. } => "authn_token_revoked",
            Self::ProfileUpdated { .. } | Self::EmailVerified(_) | Self::EmailChanged(_) => "user_updated",
            Self::AccessDenied { .. } => "authz_fail",
            Self::Administered { .. } | Self::UsersImported { .. } => "authz_admin",
            Self::RoleChanged { .. } => "authz_change",
        }
    }
}

impl AdminAction {
    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Disable => "disable",
            Self::Enable => "enable",
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

/// Its name, and after a colon what it is about, with commas between.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::LoginFailed(None) => Ok(()),
            Self::Registered(user)
            | Self::LoggedIn(user)
            | Self::LoginFailed(Some(user))
            | Self::PasswordChanged(user)
            | Self::PasswordChangeFailed(user) => write!(f, ":{user}"),
            Self::TicketRequested { user: Some(user), purpose } => write!(f, ":{user},{}", purpose.name()),
            Self::TicketRequested { user: None, purpose } => write!(f, ":{}", purpose.name()),
            Self::EmailVerified(user) => write!(f, ":{user},{user},email_verified"),
            Self::EmailChanged(user) => write!(f, ":{user},{user},email"),
            Self::EmailChangeFailed(user) => write!(f, ":{user},change_email"),
            Self::PasswordReset(user) => write!(f, ":{user},reset"),
            Self::TooManyAttempts { action, suppressed: 0 } => write!(f, ":{action}"),
            Self::TooManyAttempts { action, suppressed } => write!(f, ":{action},{suppressed} others"),
            Self::RefreshTokenReused { user, session } | Self::SessionEnded { user, session } => {
                write!(f, ":{user},{session}")
            }
            Self::OtherSessionsEnded { user, sessions } => write!(f, ":{user},{sessions} others"),
            Self::ProfileUpdated { by, of } => write!(f, ":{by},{of},profile"),
            Self::AccessDenied { user, suppressed: 0 } => write!(f, ":{user},profile"),
            Self::AccessDenied { user, suppressed } => write!(f, ":{user},profile,{suppressed} others"),
            Self::Administered { by: Some(by), action, user } => write!(f, ":{by},{},{user}", action.name()),
            Self::Administered { by: None, action, user } => write!(f, ":shell,{},{user}", action.name()),
            Self::UsersImported { by: Some(by), users } => write!(f, ":{by},import,{users} users"),
            Self::UsersImported { by: None, users } => write!(f, ":shell,import,{users} users"),
            Self::RoleChanged { user, from, to } => write!(f, ":{user},{},{}", role(*from), role(*to)),
        }
    }
}
