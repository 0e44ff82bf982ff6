//! The caller who sent a request, as a value. Verbs take an [`Actor`] or [`Admin`] as an argument, so a missing
//! permission does not compile.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::accounts::{
    Accounts,
    error::Failure,
    id::UserId,
    user::{Role, Session, User},
};

/// Why a token is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// Not a token of this server. Further details stay secret.
    Invalid,
    /// The token has expired.
    Expired,
    /// The token is not valid yet.
    NotYetValid,
    /// The session was ended, or the user may not log in any longer.
    Revoked,
}

/// The caller who sent a request.
#[derive(Debug)]
pub enum Caller {
    /// The request has no token.
    Anonymous,
    /// The request has a token that is not valid. This differs from no token: such a client can still log in.
    Unrecognised(TokenRejection),
    /// The request has a valid token.
    Known(Box<Actor>),
}

/// The proof that the caller is a known user whom no gate keeps out. Only
/// [`authenticate`](crate::accounts::Accounts::authenticate) creates one, so a verb that takes it cannot be called
/// without authentication.
#[derive(Debug)]
pub struct Actor {
    user: User,
    session: Session,
    /// When the token of the request expires.
    until: DateTime<Utc>,
}

impl Actor {
    /// Only for `authenticate`.
    pub(in crate::accounts) fn new(user: User, session: Session, until: DateTime<Utc>) -> Self {
        Self { user, session, until }
    }

    /// The user, as of this request.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The session of the token.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub(in crate::accounts) fn is(&self, id: UserId) -> bool {
        self.user.id == id
    }

    /// The proof that the actor is an admin, if they are one.
    #[must_use]
    pub fn admin(&self) -> Option<Admin> {
        match self.user.role {
            Role::Admin => Some(Admin { actor: Some(self.user.id) }),
            Role::User => None,
        }
    }
}

/// A token that is not valid is a refusal of every verb that takes one.
impl<R: From<TokenRejection>> From<TokenRejection> for Failure<R> {
    fn from(rejection: TokenRejection) -> Self {
        Self::Refused(rejection.into())
    }
}

impl Accounts {
    /// How long the token of this actor is still valid.
    #[must_use]
    pub fn time_left(&self, actor: &Actor) -> Duration {
        (actor.until - self.clock.now()).to_std().unwrap_or_default()
    }
}

/// The proof that the caller is an admin.
#[derive(Debug)]
pub struct Admin {
    /// The admin; `None` for an operator at the command line.
    actor: Option<UserId>,
}

impl Admin {
    /// Whoever has a shell where the database is, can do everything to it anyway. For the command line alone, which
    /// `tests/architecture/` holds.
    #[must_use]
    pub fn at_the_shell() -> Self {
        Self { actor: None }
    }

    /// The id of the admin, if it is known.
    pub(in crate::accounts) fn id(&self) -> Option<UserId> {
        self.actor
    }
}
