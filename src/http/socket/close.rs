//! The reasons for closing a WebSocket: codes of graphql-transport-ws and of RFC 6455 §7.4.1.

use std::borrow::Cow;

use axum::extract::ws::CloseFrame;

/// The longest reason, in bytes (RFC 6455 §5.5).
const MAX_REASON: usize = 123;

/// A close code and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Close {
    code: u16,
    reason: Cow<'static, str>,
}

impl Close {
    pub(super) const GOING_AWAY: Self = Self::new(1001, "Going away");
    pub(super) const TRY_AGAIN_LATER: Self = Self::new(1013, "Try again later");
    pub(super) const INVALID_MESSAGE: Self = Self::new(4400, "Invalid message");
    pub(super) const UNAUTHORIZED: Self = Self::new(4401, "Unauthorized");
    pub(super) const EXPIRED: Self = Self::new(4403, "EXPIRED");
    pub(super) const REVOKED: Self = Self::new(4403, "REVOKED");
    pub(super) const NOT_INITIALISED: Self = Self::new(4408, "Connection initialisation timeout");
    pub(super) const INITIALISED_TWICE: Self = Self::new(4429, "Too many initialisation requests");
    pub(super) const TOO_MANY_SOCKETS: Self = Self::new(4429, "Too many sockets");

    const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason: Cow::Borrowed(reason) }
    }

    /// The token of the client is rejected for this reason.
    pub(super) fn rejected(reason: &'static str) -> Self {
        match reason {
            "SERVICE_UNAVAILABLE" => Self::TRY_AGAIN_LATER,
            reason => Self::new(4403, reason),
        }
    }

    /// The client has another open subscription with this id.
    pub(super) fn subscriber_exists(id: &str) -> Self {
        let mut reason = format!("Subscriber for {id} already exists");
        reason.truncate(reason.floor_char_boundary(MAX_REASON));
        Self { code: 4409, reason: reason.into() }
    }
}

impl From<Close> for CloseFrame {
    fn from(Close { code, reason }: Close) -> Self {
        Self { code, reason: reason.as_ref().into() }
    }
}
