//! The post office of the house: which mail what happened causes, whom it goes to, and that it gets there.
//!
//! A verb that wants mail sent commits an [`OutgoingMail`] together with what happened. Whatever becomes of the process
//! afterwards, it stands in `events` until some instance has sent it. How mail looks and travels is the `mail` room's.

mod deliver;
pub(super) mod recipient;
pub(super) mod worker;

use std::fmt;

use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    accounts::{
        Accounts,
        error::Fault,
        event::{Event, outgoing_mail::OutgoingMail},
        origin::Origin,
    },
    database,
    mail::{Courier, Mail, Stationery},
};

/// What it takes to send mail.
pub struct Mailer {
    /// Writes it.
    pub stationery: Stationery,
    /// Carries it.
    pub courier: Courier,
}

/// There is no way to send mail.
#[derive(Debug, thiserror::Error)]
#[error("no mail can be sent: neither SMTP_URL nor MAIL_FOLDER is set")]
struct NoMailer;

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailer")
    }
}

impl Accounts {
    /// Whether there is a way to send mail.
    pub(super) fn require_mailer(&self) -> Result<(), Fault> {
        if self.mailer.is_some() { Ok(()) } else { Err(Fault::temporary(NoMailer)) }
    }

    /// Writes down that something happened which changes nothing else, and has mail sent because of it.
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

    /// Commits what happened, and tells the user at the address that they have at this moment, if they have one.
    pub(super) async fn commit_and_notify(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        mail: Mail,
        email: Option<String>,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        match email {
            Some(email) => self.commit_and_mail(transaction, event, OutgoingMail::to(mail, email), origin).await,
            None => self.commit(transaction, event).await,
        }
    }

    /// The same as [`commit`](Self::commit), and mail is sent because of it, in the language of whoever asked. Without a
    /// way to send mail, none is: verbs that make no sense without ask [`require_mailer`](Self::require_mailer) first.
    pub(super) async fn commit_and_mail(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        mail: OutgoingMail,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        let Some(mailer) = &self.mailer else { return self.commit(transaction, event).await };
        let languages = origin.and_then(Origin::languages);
        let language = Some(mailer.stationery.language(languages).to_owned());
        self.insert_event(&transaction, event, Some(OutgoingMail { language, ..mail })).await?;
        transaction.commit().await?;
        self.log_event(event);
        Ok(())
    }
}
