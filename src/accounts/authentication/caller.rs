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
    pub(super) fn new(user: User, session: Session, until: DateTime<Utc>) -> Self {
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
    /// The id of the admin, if it is known.
    pub(in crate::accounts) fn id(&self) -> Option<UserId> {
        self.actor
    }
}

/// The right to act as an admin without being a user, for operators with access to the database.
///
/// [`Accounts::new`] returns the only one, so a holder has opened the database itself, as commands do:
///
/// ```no_run
/// # async fn example(config: latchkey::config::Config) -> Result<(), Box<dyn std::error::Error>> {
/// use latchkey::{app::Services, clock::Clock};
///
/// let services = Services::open(&config, Clock::system()).await?;
/// let admin = services.operator.admin();
/// # Ok(())
/// # }
/// ```
///
/// `http` and `graphql` get [`Accounts`] alone. No module outside `accounts` can create an operator, or an admin without
/// one:
///
/// ```compile_fail,E0451
/// let operator = latchkey::accounts::Operator { _private: () };
/// ```
/// ```compile_fail,E0624
/// let operator = latchkey::accounts::Operator::new();
/// ```
/// ```compile_fail,E0451
/// let admin = latchkey::accounts::Admin { actor: None };
/// ```
#[derive(Debug)]
pub struct Operator {
    _private: (),
}

impl Operator {
    /// Only for `Accounts::new`.
    pub(in crate::accounts) fn new() -> Self {
        Self { _private: () }
    }

    /// The proof that the operator is an admin.
    #[must_use]
    pub fn admin(&self) -> Admin {
        Admin { actor: None }
    }
}
