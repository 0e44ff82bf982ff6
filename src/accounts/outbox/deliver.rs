//! One mail on its way: written at the last moment, and noted before it is out of our hands.
//!
//! The ticket is minted here, so that no clear secret ever lies in the database. What is handed over to a mail server is
//! noted before it is: a crash in between, or before the answer, leaves a doubt, and for a doubt a mail is handed over once
//! more, and never a third time.

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::{Mailer, recipient::Recipient, worker::SendPermit};
use crate::{
    accounts::{Accounts, error::Fault},
    database,
    entity::{
        event::{self, Model, Outcome},
        ticket,
    },
    mail::{Content, NotSent},
    secrets::Ticket,
};

/// How many times one mail is handed over without a word of what became of it.
const MAX_UNCONFIRMED: i32 = 2;

/// Why a mail was not delivered.
#[derive(Debug, Error)]
pub(super) enum DeliveryError {
    /// Its carrier did not get through.
    #[error("{reason}")]
    NotSent {
        /// Why.
        reason: NotSent,
        /// Whether it was noted as handed over.
        handed_over: bool,
    },
    /// It was handed over twice, and nobody said what became of it: a third one would be one too many.
    #[error("it was handed over twice, and no mail server said what became of it")]
    Unconfirmed,
    /// This server is about to stop.
    #[error("this server stops")]
    Stopping,
    /// We broke.
    #[error("{0}")]
    Fault(Fault),
}

/// Whether a mail may be handed over now.
enum Ours {
    Yes,
    /// A newer mail with another ticket for the same thing went out before it.
    Overtaken,
    /// Another instance took it up since.
    Lost,
}

impl Accounts {
    /// Brings one mail on its way. What it takes to be handed over is in hand from then on.
    pub(super) async fn deliver<'a>(
        &'a self,
        mailer: &Mailer,
        event: &Model,
        until: DateTime<Utc>,
        permit: &mut Option<SendPermit<'a>>,
    ) -> Result<Outcome, DeliveryError> {
        if event.handed_over >= MAX_UNCONFIRMED {
            return Err(DeliveryError::Unconfirmed);
        }
        let Some(Recipient { mail, to, name, ticket }) = self.recipient_of(event).await? else {
            return Ok(Outcome::Needless);
        };
        // Until here nothing is minted: while no mail server is there, the last ticket stays good.
        let mut carrier = mailer.courier.call().await?;
        carrier.address(&to).await?;

        let minted = ticket.as_ref().map(|_| Ticket::new()).transpose().map_err(Fault::internal)?;
        let content = Content {
            mail,
            language: event.language.as_deref().unwrap_or_default(),
            to: &to,
            id: event.id,
            name: name.as_deref(),
            token: minted.as_ref().map(|ticket| &ticket.text),
            valid_for: ticket.as_ref().map(|ticket| ticket.valid_for),
            date: self.clock.now(),
        };
        let letter = mailer.stationery.write(&content).map_err(Fault::internal)?;

        let row = ticket.zip(minted).map(|(ticket, minted)| ticket::Model {
            user_id: ticket.user_id,
            purpose: ticket.purpose,
            hash: minted.hash.to_vec(),
            event_id: event.id,
            sent_to: to,
            expires_at: self.clock.now() + ticket.valid_for,
            used_at: None,
        });
        *permit = Some(self.shutdown_gate.pass().await.ok_or(DeliveryError::Stopping)?);
        match database::retry_transaction(|| self.hand_over(event, until, row.clone())).await? {
            Ours::Yes => {}
            Ours::Overtaken => return Ok(Outcome::Needless),
            Ours::Lost => return Err(Fault::internal("a mail was claimed anew while it was on its way").into()),
        }
        let handed_over = carrier.hand_over(letter).await;
        handed_over.map_err(|reason| DeliveryError::NotSent { reason, handed_over: true })?;
        Ok(Outcome::Sent)
    }

    /// Notes that a mail is about to be handed over, together with the ticket in it.
    async fn hand_over(
        &self,
        event: &Model,
        until: DateTime<Utc>,
        minted: Option<ticket::Model>,
    ) -> Result<Ours, Fault> {
        let transaction = database::begin(&self.db).await?;
        if !event::hand_over(&transaction, event.id, until).await? {
            return Ok(Ours::Lost);
        }
        if let Some(minted) = minted
            && !ticket::put(&transaction, minted).await?
        {
            return Ok(Ours::Overtaken);
        }
        transaction.commit().await?;
        Ok(Ours::Yes)
    }
}

impl From<NotSent> for DeliveryError {
    fn from(reason: NotSent) -> Self {
        Self::NotSent { reason, handed_over: false }
    }
}

impl From<Fault> for DeliveryError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
