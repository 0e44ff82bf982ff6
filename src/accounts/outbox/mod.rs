//! The outbox: mails that events cause, and their delivery.
//!
//! A verb that wants a mail to be sent commits an [`OutgoingMail`] together with its event. The row in `events` stays
//! pending until an instance has sent the mail, even if this process ends. [`recipient`] decides who gets which mail at
//! that moment, [`deliver`] hands it over, [`worker`] claims pending mails and retries.
//!
//! Texts and transport belong to [`mail`](crate::mail). To add a mail, add its kind there and its recipient here.

mod deliver;
pub(super) mod recipient;
pub(super) mod worker;

use std::fmt;

use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    accounts::{
        Accounts,
        authentication::origin::Origin,
        error::Fault,
        event::{Event, outgoing_mail::OutgoingMail},
    },
    database,
    mail::{MailKind, MailTemplates, MailTransport},
};

/// What sends mail.
pub struct Mailer {
    /// Composes a message.
    pub templates: MailTemplates,
    /// Delivers a message.
    pub transport: MailTransport,
}

/// No transport is configured.
#[derive(Debug, thiserror::Error)]
#[error("no mail can be sent: neither SMTP_URL nor MAIL_FOLDER is set")]
struct NoMailer;

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer")
    }
}

impl Accounts {
    /// Refuses a verb that makes no sense without mail, if no transport is configured.
    pub(super) fn require_mailer(&self) -> Result<(), Fault> {
        if self.mailer.is_some() { Ok(()) } else { Err(Fault::temporary(NoMailer)) }
    }

    /// Commits an event that changes nothing else, and its mail.
    pub(super) async fn mail(
        &self,
        event: Event,
        mail: impl Fn() -> OutgoingMail,
        origin: &Origin,
    ) -> Result<(), DbErr> {
        let write = async || {
            let transaction = database::begin(&self.db).await?;
            self.commit_and_mail(transaction, event, mail(), Some(origin)).await
        };
        database::retry_transaction(write).await
    }

    /// Commits an event, and a mail to the address that the user has at this moment, if there is one.
    pub(super) async fn commit_and_notify(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        mail: MailKind,
        email: Option<String>,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        match email {
            Some(email) => self.commit_and_mail(transaction, event, OutgoingMail::to(mail, email), origin).await,
            None => self.commit(transaction, event).await,
        }
    }

    /// Commits an event and its mail, in the language of the request. Sends no mail if no transport is configured;
    /// verbs that make no sense without one call [`require_mailer`](Self::require_mailer) first.
    pub(super) async fn commit_and_mail(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        mail: OutgoingMail,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        let Some(mailer) = &self.mailer else { return self.commit(transaction, event).await };
        let languages = origin.and_then(Origin::languages);
        let language = Some(mailer.templates.negotiate_language(languages).to_owned());
        self.insert_event(&transaction, event, Some(OutgoingMail { language, ..mail }), origin).await?;
        transaction.commit().await?;
        self.log_event(event);
        Ok(())
    }
}
