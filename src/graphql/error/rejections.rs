//! The reasons why a token is rejected: an access token, a refresh token, or a ticket from a mail.

use async_graphql::Enum;

use crate::accounts;

/// Why an access token or a refresh token is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "accounts::TokenRejection")]
pub(in crate::graphql) enum TokenRejection {
    /// The token was not issued by this server, or it was modified.
    Invalid,
    /// The token has expired. Use the refresh token, or log in again.
    Expired,
    /// The token is not valid yet: it was issued by a server whose clock is ahead.
    NotYetValid,
    /// The session was ended, or the account was disabled. Log in again.
    Revoked,
}

/// Why the token from a mail is not valid.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "accounts::TicketRejection")]
pub(in crate::graphql) enum TicketRejection {
    /// The token was not issued by this server, is for another purpose, or was replaced by a newer one.
    Invalid,
    /// The token has expired.
    Expired,
    /// The token was already used. Each token can be used once.
    Used,
    /// The token was sent to an address that no longer belongs to the account.
    Outdated,
    /// The token is for another account than the access token of this request.
    OtherUser,
}

impl TicketRejection {
    /// The same for the user who followed the link.
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Invalid => "This link is not valid. If you requested several, use the newest.",
            Self::Expired => "This link has expired. Request another one.",
            Self::Used => "This link was already used.",
            Self::Outdated => "This link was sent to an address that no longer belongs to this account.",
            Self::OtherUser => "This link is for another account. Log out, or log in to that account.",
        }
    }
}
