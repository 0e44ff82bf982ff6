//! The post office of the house: which mail what happened causes, whom it goes to, and that it gets there.
//!
//! A verb that wants mail sent commits an [`Errand`] together with what happened. Whatever becomes of the process
//! afterwards, it stands in `events` until some instance has sent it. How mail looks and travels is the `mail` room's.

mod addressed;
mod delivery;
mod outbox;

use std::fmt;

use sea_orm::{DatabaseTransaction, DbErr};

pub(super) use self::{addressed::TO_VERIFY, outbox::Hatch};
use super::{Accounts, Fault, Origin, event::Event};
use crate::database;
use crate::mail::{Courier, Mail, Stationery};

/// What it takes to send mail.
pub struct Post {
    /// Writes it.
    pub stationery: Stationery,
    /// Carries it.
    pub courier: Courier,
}

/// A mail to be sent because of what happened.
#[derive(Debug)]
pub(super) struct Errand {
    pub(super) mail: Mail,
    /// Where to; to the user's own address, if nothing is said.
    pub(super) to: Option<String>,
    /// In which language.
    pub(super) language: Option<String>,
}

/// There is no way to send mail.
#[derive(Debug, thiserror::Error)]
#[error("no mail can be sent: neither SMTP_URL nor MAIL_FOLDER is set")]
struct NoPost;

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post")
    }
}

impl Errand {
    /// A mail to the user whom the event is about.
    pub(super) fn to_user(mail: Mail) -> Self {
        Self { mail, to: None, language: None }
    }

    /// A mail to this address.
    pub(super) fn to(mail: Mail, address: String) -> Self {
        Self { mail, to: Some(address), language: None }
    }
}

impl Accounts {
    /// Whether there is a way to send mail.
    pub(super) fn needs_post(&self) -> Result<(), Fault> {
        if self.post.is_some() { Ok(()) } else { Err(Fault::temporary(NoPost)) }
    }

    /// Writes down that something happened which changes nothing else, and has mail sent because of it.
    pub(super) async fn mail(&self, event: Event, errand: impl Fn() -> Errand, origin: &Origin) -> Result<(), DbErr> {
        let write = async || {
            let transaction = database::begin(&self.db).await?;
            self.commit_and_mail(transaction, event, errand(), Some(origin)).await
        };
        database::retry_transaction(write).await
    }

    /// Commits what happened, and tells the user at the address that they have at this moment, if they have one.
    pub(super) async fn commit_and_tell(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        mail: Mail,
        email: Option<String>,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        match email {
            Some(email) => self.commit_and_mail(transaction, event, Errand::to(mail, email), origin).await,
            None => self.commit(transaction, event).await,
        }
    }

    /// The same as [`commit`](Self::commit), and mail is sent because of it, in the language of whoever asked. Without a
    /// way to send mail, none is: verbs that make no sense without ask [`needs_post`](Self::needs_post) first.
    pub(super) async fn commit_and_mail(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
        errand: Errand,
        origin: Option<&Origin>,
    ) -> Result<(), DbErr> {
        let Some(post) = &self.post else { return self.commit(transaction, event).await };
        let languages = origin.and_then(Origin::languages);
        let language = Some(post.stationery.language(languages).to_owned());
        self.write_down(&transaction, event, Some(Errand { language, ..errand })).await?;
        transaction.commit().await?;
        self.record(event);
        Ok(())
    }
}
