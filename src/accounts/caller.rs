//! Whoever sent the request, as a value: what may be done is asked for in arguments, not checked in bodies.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::accounts::{
    Accounts,
    error::Failure,
    id::UserId,
    user::{Role, Session, User},
};

/// Why a token does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenRejection {
    /// Not a token of ours; no more is said.
    Invalid,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Its session was ended, or its user may not enter any more.
    Revoked,
}

/// Whoever sent the request.
#[derive(Debug)]
pub enum Caller {
    /// Showed no token.
    Anonymous,
    /// Showed a token that does not count. Not the same as no token: it must not keep anyone from logging in again.
    Unrecognised(TokenRejection),
    /// Showed a good token.
    Known(Box<Actor>),
}

/// The proof that a caller is a known user whom every gate lets pass. Only [`recognise`](crate::accounts::Accounts::recognise)
/// makes one, so a verb that asks for it cannot be reached without.
#[derive(Debug)]
pub struct Actor {
    user: User,
    session: Session,
    /// When the token that was shown expires.
    until: DateTime<Utc>,
}

impl Actor {
    /// For `recognise` alone.
    pub(super) fn new(user: User, session: Session, until: DateTime<Utc>) -> Self {
        Self { user, session, until }
    }

    /// Who, as of this request.
    #[must_use]
    pub fn user(&self) -> &User {
        &self.user
    }

    /// The session whose token was shown.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub(super) fn is(&self, id: UserId) -> bool {
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

/// A token that is not accepted is a refusal of every verb that takes one.
impl<R: From<TokenRejection>> From<TokenRejection> for Failure<R> {
    fn from(rejection: TokenRejection) -> Self {
        Self::Refused(rejection.into())
    }
}

impl Accounts {
    /// How much longer the token is good that this actor showed.
    #[must_use]
    pub fn time_left(&self, actor: &Actor) -> Duration {
        (actor.until - self.clock.now()).to_std().unwrap_or_default()
    }
}

/// The proof that a caller is an admin.
#[derive(Debug)]
pub struct Admin {
    /// Which; nobody in particular at the shell.
    actor: Option<UserId>,
}

impl Admin {
    /// Whoever has a shell where the database is, can do everything to it anyway. For the command line alone, which
    /// `tests/architecture.rs` holds.
    #[must_use]
    pub fn at_the_shell() -> Self {
        Self { actor: None }
    }

    /// Who they are, if that is known.
    pub(super) fn id(&self) -> Option<UserId> {
        self.actor
    }
}
