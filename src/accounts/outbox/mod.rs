//! The post office of the house: which mail what happened causes, whom it goes to, and that it gets there.
//!
//! A verb that wants mail sent commits an [`Errand`] together with what happened. Whatever becomes of the process
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
        event::{Event, outgoing_mail::Errand},
        origin::Origin,
    },
    database,
    mail::{Courier, Mail, Stationery},
};

/// What it takes to send mail.
pub struct Post {
    /// Writes it.
    pub stationery: Stationery,
    /// Carries it.
    pub courier: Courier,
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
