//! Tickets: checking and using the single-use secrets from mails.
//!
//! Tickets are created by the [`outbox`](super::outbox) at the moment a mail is sent. A verb that takes one calls
//! `find_ticket` first and `use_ticket` in its transaction.

use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    accounts::{Accounts, error::Failure, identifier::email::Email},
    database,
    entity::{
        reservation,
        ticket::{self, Model, Purpose},
    },
    secrets::ticket_hash,
};

/// Why a ticket is not valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketRejection {
    /// Not a ticket of this server, for another purpose, or replaced: three newer ones were sent, or the password was
    /// changed.
    Invalid,
    /// The ticket has expired.
    Expired,
    /// The ticket was used, or another one that was sent for the same purpose.
    Used,
    /// The address that the ticket was sent to no longer belongs to the user, or the user may not log in.
    Outdated,
    /// The ticket belongs to another user than the one who is logged in.
    OtherUser,
}

impl Accounts {
    /// Finds a valid ticket for one of these purposes, without using it.
    pub(super) async fn find_ticket<R: From<TicketRejection>>(
        &self,
        token: &SecretString,
        purposes: &[Purpose],
    ) -> Result<Model, Failure<R>> {
        let hash = ticket_hash(token).ok_or(TicketRejection::Invalid)?;
        let mut found = database::retry_read(|| ticket::find(&self.db, &hash)).await?;
        if found.is_none() && purposes.contains(&Purpose::RevertEmailChange) {
            found = database::retry_read(|| reservation::with_ticket(&self.db, &hash)).await?.and_then(to_revert);
        }
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

    /// Uses a ticket, and all others of the same purpose. Of several requests with them, only one succeeds.
    pub(super) async fn use_ticket<R: From<TicketRejection>>(
        &self,
        db: &impl ConnectionTrait,
        ticket: &Model,
    ) -> Result<(), Failure<R>> {
        let now = self.clock.now();
        let used = match ticket.purpose {
            Purpose::RevertEmailChange => reservation::consume(db, &ticket.hash, now).await?,
            _ => ticket::consume(db, ticket, now).await?,
        };
        if used {
            return Ok(());
        }
        // The ticket was valid a moment ago.
        Err(TicketRejection::Used.into())
    }
}

/// The ticket of a reservation.
fn to_revert(reservation: reservation::Model) -> Option<Model> {
    Some(Model {
        user_id: reservation.user_id,
        purpose: Purpose::RevertEmailChange,
        hash: reservation.ticket_hash?,
        event_id: Uuid::nil(),
        sent_to: reservation.written?,
        expires_at: reservation.expires_at,
        used_at: None,
    })
}

/// Checks that the user who is logged in is the one the ticket belongs to: a link that another person requested must not
/// give their account this user's address.
pub(super) fn check_owner(ticket: &Model, caller: Uuid) -> Result<(), TicketRejection> {
    if caller == ticket.user_id { Ok(()) } else { Err(TicketRejection::OtherUser) }
}

/// The address that a ticket was sent to, in its canonical form.
pub(super) fn sent_to(ticket: &Model) -> Result<Email, TicketRejection> {
    // The address was valid when it was stored.
    Email::parse(&ticket.sent_to).map_err(|_| TicketRejection::Outdated)
}

/// An invalid ticket is a refusal of every verb that takes one.
impl<R: From<TicketRejection>> From<TicketRejection> for Failure<R> {
    fn from(rejection: TicketRejection) -> Self {
        Self::Refused(rejection.into())
    }
}
