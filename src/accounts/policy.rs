//! The policy: the rules that an operator chooses.

use chrono::TimeDelta;

use super::identifier::ReservedUsernames;

/// The rules that an operator chooses.
///
/// ```
/// use chrono::TimeDelta;
/// use latchkey::accounts::{PasswordPolicy, Policy, Registration, ReservedUsernames};
///
/// let policy = Policy {
///     registration: Registration::Open,
///     email_must_be_verified: false,
///     reserved_usernames: ReservedUsernames::from_iter(["admin"]),
///     password: PasswordPolicy { min_length: 8, service_names: vec!["Example".to_owned()] },
///     refresh_token_lifetime: TimeDelta::days(30),
///     session_lifetime: TimeDelta::days(365),
///     refresh_grace: TimeDelta::seconds(10),
///     event_lifetime: TimeDelta::days(90),
///     unverified_lifetime: TimeDelta::days(30),
/// };
/// assert_ne!(policy.registration, Registration::Closed);
/// ```
#[derive(Clone, Debug)]
pub struct Policy {
    /// Who may register.
    pub registration: Registration,
    /// Whether users with an e-mail address have to verify it before they can log in.
    pub email_must_be_verified: bool,
    /// The usernames that users cannot choose.
    pub reserved_usernames: ReservedUsernames,
    /// The rules for a new password.
    pub password: PasswordPolicy,
    /// How long a refresh token is valid, and so how long a session lasts without a refresh.
    pub refresh_token_lifetime: TimeDelta,
    /// How long a session lasts at most.
    pub session_lifetime: chrono::TimeDelta,
    /// How long a used refresh token returns the same pair again.
    pub refresh_grace: chrono::TimeDelta,
    /// How long events are kept.
    pub event_lifetime: chrono::TimeDelta,
    /// How long a user is kept who has to verify their address before they can log in, and does not.
    pub unverified_lifetime: TimeDelta,
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Everyone. The response reveals whether an address is taken.
    Open,
    /// Everyone who first verifies their address. The response reveals nothing about other users.
    Confirm,
    /// No one; only admins create users.
    Closed,
}

/// The rules for a new password (NIST SP 800-63B-4 §3.1.1.2: a length and a blocklist, no composition rules).
#[derive(Clone, Debug)]
pub struct PasswordPolicy {
    /// The shortest password, in code points.
    pub min_length: usize,
    /// The names of the service, which no password may consist of: its name and its domains.
    pub service_names: Vec<String>,
}
