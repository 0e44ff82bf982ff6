//! What an operator may choose.

use chrono::TimeDelta;

/// What an operator may choose.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Who may register.
    pub registration: Registration,
    /// Whether those who have an e-mail address have to show that it is theirs before they may enter.
    pub email_must_be_verified: bool,
    /// What a new password must be like.
    pub password: PasswordPolicy,
    /// How long a refresh token is good for, and with it a session that rests.
    pub refresh_token_lifetime: TimeDelta,
    /// How long a session lasts at the most, however often it is refreshed.
    pub session_lifetime: chrono::TimeDelta,
    /// How long a refresh token that was used gets the same pair again.
    pub refresh_grace: chrono::TimeDelta,
    /// How long events are kept.
    pub event_lifetime: chrono::TimeDelta,
}

/// Who may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Anybody, and whoever asks hears whether an address is taken.
    Open,
    /// Anybody with an address that they show to be theirs first. What is answered tells nothing about others.
    Confirm,
    /// Nobody, but by an admin.
    Closed,
}

/// What an operator asks of a new password (NIST SP 800-63B-4 §3.1.1.2: length and a blocklist, no composition rules).
#[derive(Clone, Copy, Debug)]
pub struct PasswordPolicy {
    /// How few characters it may have, in code points.
    pub min_length: usize,
}
