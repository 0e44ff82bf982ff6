//! A ticket that does not count, and why.

use async_graphql::{Enum, Object};

use super::code::ErrorCode;
use crate::accounts;

pub(in crate::graphql) struct TicketRejected(pub(in crate::graphql) accounts::TicketRejection);

/// The link from the mail does not count, or not any more: have another one sent.
#[Object]
impl TicketRejected {
    /// Always `TICKET_REJECTED`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::TicketRejected
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        match self.0 {
            accounts::TicketRejection::Invalid => "This link is not valid. If you asked for several, use the newest.",
            accounts::TicketRejection::Expired => "This link has expired. Ask for another one.",
            accounts::TicketRejection::Used => "This link was used already.",
            accounts::TicketRejection::Outdated => "This link is for an address that the account has no more.",
            accounts::TicketRejection::OtherUser => "This link is for another account. Log out, or log in to that one.",
        }
        .to_owned()
    }

    /// Why, for programs.
    async fn reason(&self) -> TicketRejection {
        self.0.into()
    }
}

/// Why a ticket from a mail does not count.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "accounts::TicketRejection")]
pub(in crate::graphql) enum TicketRejection {
    /// It was not issued here or not for this, or a newer one was sent in its place.
    Invalid,
    /// Its time is over.
    Expired,
    /// It was used. A ticket counts once.
    Used,
    /// It was sent to an address that the account has no more.
    Outdated,
    /// It is for another account than the one whose access token was sent along.
    OtherUser,
}
