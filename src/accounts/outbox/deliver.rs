//! Delivering one mail: composed at the last moment, and recorded before it is handed over.
//!
//! The ticket is created here, so that no secret is stored in clear text. A crash between the hand-over and the
//! server's answer leaves it unknown whether the mail was sent. Such a mail is handed over once more, and never a third
//! time.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use thiserror::Error;

use super::{Mailer, recipient::Recipient, worker::SendPermit};
use crate::{
    accounts::{Accounts, error::Fault, id},
    database,
    entity::{
        event::{self, Model, Outcome},
        reservation,
        ticket::{self, Purpose},
    },
    mail::{Content, Request, SendError},
    secrets::Ticket,
};

/// How many times one mail is handed over without an answer.
const MAX_UNCONFIRMED: i32 = 2;

/// How much the clocks of instances may differ. An event that is further in the future was recorded by a wrong clock.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// Why a mail was not delivered.
#[derive(Debug, Error)]
pub(super) enum DeliveryError {
    /// The transport failed.
    #[error("{reason}")]
    NotSent {
        /// The reason.
        reason: SendError,
        /// Whether the mail was recorded as handed over.
        handed_over: bool,
    },
    /// The mail was handed over twice without an answer. It is not handed over again.
    #[error("it was handed over twice, and no mail server confirmed it")]
    Unconfirmed,
    /// The server is about to stop.
    #[error("the server is stopping")]
    Stopping,
    /// A fault of the server.
    #[error("{0}")]
    Fault(Fault),
}

/// Whether a mail may be handed over now.
enum HandOver {
    Recorded,
    /// The ticket would not be valid: three newer mails for the same purpose were sent before.
    Superseded,
    /// Another instance claimed the mail since.
    Lost,
}

impl Accounts {
    /// Delivers one mail. Sets `permit` before the mail is handed over.
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
        let Some(Recipient { mail, to, name, username, ticket }) = self.recipient_of(event).await? else {
            return Ok(Outcome::NotNeeded);
        };
        // No ticket is created before this line: while the mail server is unavailable, the last ticket remains valid.
        let mut connection = mailer.transport.connect().await?;
        connection.set_recipient(&to).await?;

        let secret = ticket.as_ref().map(|_| Ticket::new()).transpose().map_err(Fault::internal)?;
        let content = Content {
            kind: mail,
            language: event.language.as_deref().unwrap_or_default(),
            to: &to,
            id: event.id,
            name: name.as_deref(),
            token: secret.as_ref().map(|ticket| &ticket.text),
            valid_for: ticket.as_ref().map(|ticket| ticket.valid_for),
            date: self.clock.now(),
            request: Some(Request {
                at: event.at,
                address: event.ip_address.as_deref(),
                user_agent: event.user_agent.as_deref(),
                username: username.as_deref(),
            }),
        };
        let message = mailer.templates.compose(&content).map_err(Fault::internal)?;

        let row = ticket.zip(secret).map(|(ticket, secret)| ticket::Model {
            user_id: ticket.user_id,
            purpose: ticket.purpose,
            hash: secret.hash.to_vec(),
            event_id: event.id,
            sent_to: to,
            expires_at: self.clock.now() + ticket.valid_for,
            used_at: None,
        });
        *permit = Some(self.shutdown_gate.pass().await.ok_or(DeliveryError::Stopping)?);
        match database::retry_transaction(|| self.hand_over(event, until, row.clone())).await? {
            HandOver::Recorded => {}
            HandOver::Superseded => {
                let mail = mail.name();
                tracing::warn!(target: "latchkey::mail", id = %event.id, mail, "mail dropped: its link would not be valid");
                return Ok(Outcome::NotNeeded);
            }
            HandOver::Lost => return Err(Fault::internal("another instance claimed a mail during its delivery").into()),
        }
        let handed_over = connection.send(message).await;
        handed_over.map_err(|reason| DeliveryError::NotSent { reason, handed_over: true })?;
        Ok(Outcome::Sent)
    }

    /// Records that a mail is about to be handed over, together with its ticket.
    async fn hand_over(
        &self,
        event: &Model,
        until: DateTime<Utc>,
        ticket_row: Option<ticket::Model>,
    ) -> Result<HandOver, Fault> {
        let transaction = database::begin(&self.db).await?;
        if !event::hand_over(&transaction, event.id, until).await? {
            return Ok(HandOver::Lost);
        }
        let now = self.clock.now();
        if let Some(row) = ticket_row
            && !self.put_ticket(&transaction, row, now).await?
        {
            return Ok(HandOver::Superseded);
        }
        self.throttle.mail_sent().record(&transaction, now).await?;
        transaction.commit().await?;
        Ok(HandOver::Recorded)
    }

    /// Stores a ticket; false if its mail is no longer needed.
    async fn put_ticket(
        &self,
        db: &impl ConnectionTrait,
        row: ticket::Model,
        now: DateTime<Utc>,
    ) -> Result<bool, DbErr> {
        if row.purpose == Purpose::RevertEmailChange {
            return reservation::set_ticket(db, row.user_id, &row.sent_to, row.hash).await;
        }
        ticket::put(db, row, now, id::first_of(now + MAX_CLOCK_SKEW)).await
    }
}

impl From<SendError> for DeliveryError {
    fn from(reason: SendError) -> Self {
        Self::NotSent { reason, handed_over: false }
    }
}

impl From<Fault> for DeliveryError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
