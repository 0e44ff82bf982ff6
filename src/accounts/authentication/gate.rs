//! Gates: the conditions that are checked between a proof and a session, and again on each request.
//!
//! To add a gate, add a variant to [`Gate`] and its condition to [`Accounts::closed_gate`]; every login method, every
//! request and every subscription checks it from then on.

use chrono::{DateTime, Utc};

use crate::accounts::{
    Accounts,
    user::{Session, User},
};

/// What the gates decide on.
#[derive(Clone, Copy, Debug)]
pub(in crate::accounts) struct Admission<'a> {
    /// The user who wants to log in, or who is logged in.
    pub(in crate::accounts) user: &'a User,
    /// The session that a request uses; none at a login, which opens one only after every gate has passed.
    pub(in crate::accounts) session: Option<&'a Session>,
}

/// A condition that keeps a user out.
///
/// A closed gate becomes a refusal of the login method, and revokes the tokens of the sessions that are open:
///
/// ```no_run
/// # async fn example(accounts: &latchkey::accounts::Accounts, token: &str) -> Result<(), latchkey::accounts::Fault> {
/// use latchkey::accounts::{Caller, TokenRejection};
///
/// // The user was disabled after the token was issued: the gate `Disabled` is closed.
/// match accounts.authenticate(Some(token)).await? {
///     Caller::Unrecognised(TokenRejection::Revoked) => println!("log in again"),
///     Caller::Known(actor) => println!("{:?}", actor.user().id),
///     other => println!("{other:?}"),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::accounts) enum Gate {
    /// The session was ended.
    SessionEnded,
    /// An admin disabled the user.
    Disabled,
    /// The user has to verify their e-mail address first.
    EmailNotVerified,
    /// The session has expired.
    SessionExpired,
}

impl Accounts {
    /// The first gate that is closed.
    pub(in crate::accounts) fn closed_gate(&self, admission: Admission<'_>, now: DateTime<Utc>) -> Option<Gate> {
        let Admission { user, session } = admission;
        let must_verify = self.policy.email_must_be_verified && user.email.is_some() && !user.email_verified;
        let gates = [
            (session.is_some_and(|session| session.ended_at.is_some()), Gate::SessionEnded),
            (user.disabled_at.is_some(), Gate::Disabled),
            (must_verify, Gate::EmailNotVerified),
            (session.is_some_and(|session| session.has_expired(now)), Gate::SessionExpired),
        ];
        gates.into_iter().find_map(|(is_closed, gate)| is_closed.then_some(gate))
    }
}
