//! What happened, for whoever watches over the accounts: a line in the log, in the words of OWASP's Logging Vocabulary.

use std::fmt;

use uuid::Uuid;

use super::Limited;

/// A fact that happened. Users and sessions are named by their ids; what somebody typed is never told, since people type
/// passwords into the wrong box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// Somebody registered.
    Registered(Uuid),
    /// Somebody logged in.
    LoggedIn(Uuid),
    /// Somebody did not: at this user, if there is one.
    LoginFailed(Option<Uuid>),
    /// Somebody tried too often, and so many others did of whom nothing was told.
    TooManyAttempts { limited: Limited, untold: u64 },
    /// A user changed their password.
    PasswordChanged(Uuid),
    /// Somebody with a session of this user did not know the current password.
    PasswordChangeFailed(Uuid),
    /// A refresh token came back whose turn was over, so somebody else has it, too.
    RefreshTokenReused { user: Uuid, session: Uuid },
    /// A session was ended before its time.
    SessionEnded { user: Uuid, session: Uuid },
    /// All other sessions of a user were ended, so many.
    OtherSessionsEnded { user: Uuid, sessions: u64 },
    /// A profile was changed.
    ProfileUpdated { by: Uuid, of: Uuid },
    /// A user asked for another's profile.
    AccessDenied(Uuid),
}

impl Event {
    /// Writes it down, under the name of the request that it happened in.
    pub(super) fn record(self) {
        match self {
            Self::LoginFailed(_)
            | Self::TooManyAttempts { .. }
            | Self::PasswordChangeFailed(_)
            | Self::RefreshTokenReused { .. }
            | Self::AccessDenied(_) => tracing::warn!(event = %self, "{}", self.description()),
            Self::Registered(_)
            | Self::LoggedIn(_)
            | Self::PasswordChanged(_)
            | Self::SessionEnded { .. }
            | Self::OtherSessionsEnded { .. }
            | Self::ProfileUpdated { .. } => tracing::info!(event = %self, "{}", self.description()),
        }
    }

    fn description(self) -> &'static str {
        match self {
            Self::Registered(_) => "a user registered",
            Self::LoggedIn(_) => "a user logged in",
            Self::LoginFailed(_) => "a login failed",
            Self::TooManyAttempts { .. } => "somebody tried too often",
            Self::PasswordChanged(_) => "a user changed their password",
            Self::PasswordChangeFailed(_) => "a change of password failed",
            Self::RefreshTokenReused { .. } => "a used refresh token came back: its session is ended",
            Self::SessionEnded { .. } => "a session was ended",
            Self::OtherSessionsEnded { .. } => "a user's other sessions were ended",
            Self::ProfileUpdated { .. } => "a profile was changed",
            Self::AccessDenied(_) => "a user asked for another's profile",
        }
    }
}

/// The name in the vocabulary, and after a colon what it is about, with commas between.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registered(user) => write!(f, "user_created:{user}"),
            Self::LoggedIn(user) => write!(f, "authn_login_success:{user}"),
            Self::LoginFailed(Some(user)) => write!(f, "authn_login_fail:{user}"),
            Self::LoginFailed(None) => write!(f, "authn_login_fail"),
            Self::TooManyAttempts { limited, untold: 0 } => write!(f, "excess_rate_limit_exceeded:{limited}"),
            Self::TooManyAttempts { limited, untold } => {
                write!(f, "excess_rate_limit_exceeded:{limited},{untold} others")
            }
            Self::PasswordChanged(user) => write!(f, "authn_password_change:{user}"),
            Self::PasswordChangeFailed(user) => write!(f, "authn_password_change_fail:{user}"),
            Self::RefreshTokenReused { user, session } => write!(f, "authn_token_reuse:{user},{session}"),
            Self::SessionEnded { user, session } => write!(f, "authn_token_revoked:{user},{session}"),
            Self::OtherSessionsEnded { user, sessions } => write!(f, "authn_token_revoked:{user},{sessions} others"),
            Self::ProfileUpdated { by, of } => write!(f, "user_updated:{by},{of},profile"),
            Self::AccessDenied(user) => write!(f, "authz_fail:{user},profile"),
        }
    }
}
