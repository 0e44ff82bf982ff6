//! Tickets, from the side of whoever comes with one: what they are good for, and why they are not.

use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    accounts::{Accounts, error::Failure, identifier::email::Email},
    database,
    entity::ticket::{self, Model, Purpose},
    secrets::ticket_hash,
};

/// Why a ticket does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRejection {
    /// Not a ticket of ours, not for this, or taken back: another was sent since, or the password was changed.
    Invalid,
    /// Its time is over.
    Expired,
    /// It was used.
    Used,
    /// The address that it was sent to is not the user's any more, or the user may not enter.
    Outdated,
    /// Another user is logged in than the one that it is for.
    OtherUser,
}

impl Accounts {
    /// The ticket that is written like this, if it is good for one of these purposes. Using it is another thing.
    pub(super) async fn find_ticket<R: From<TicketRejection>>(
        &self,
        token: &SecretString,
        purposes: &[Purpose],
    ) -> Result<Model, Failure<R>> {
        let hash = ticket_hash(token).ok_or(TicketRejection::Invalid)?;
        let found = database::asked_again(|| ticket::find(&self.db, &hash)).await?;
        let found = found.filter(|ticket| purposes.contains(&ticket.purpose));
        let ticket = found.ok_or(TicketRejection::Invalid)?;
        if ticket.used_at.is_some() {
            return Err(TicketRejection::Used.into());
        }
        if ticket.expires_at <= self.clock.now() {
            return Err(TicketRejection::Expired.into());
        }
        Ok(ticket)
    }

    /// Uses a ticket up. Of many who come with it at once, one is let through.
    pub(super) async fn use_ticket<R: From<TicketRejection>>(
        &self,
        db: &impl ConnectionTrait,
        ticket: &Model,
    ) -> Result<(), Failure<R>> {
        if ticket::consume(db, &ticket.hash, self.clock.now()).await? {
            return Ok(());
        }
        // It was good a moment ago.
        Err(TicketRejection::Used.into())
    }
}

/// Whoever is logged in has to be the one whom the ticket is for: a link that somebody else asked for must not give their
/// account one's own address.
pub(super) fn check_owner(ticket: &Model, caller: Option<Uuid>) -> Result<(), TicketRejection> {
    if caller.is_none_or(|id| id == ticket.user_id) { Ok(()) } else { Err(TicketRejection::OtherUser) }
}

/// The address that a ticket was sent to, in its one normal form.
pub(super) fn sent_to(ticket: &Model) -> Result<Email, TicketRejection> {
    // It was a right one when it was written.
    Email::parse(&ticket.sent_to).map_err(|_| TicketRejection::Outdated)
}

/// A ticket that does not count is a refusal of every verb that takes one.
impl<R: From<TicketRejection>> From<TicketRejection> for Failure<R> {
    fn from(rejection: TicketRejection) -> Self {
        Self::Refused(rejection.into())
    }
}
