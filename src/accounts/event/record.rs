//! Writing down what happened: a row that comes with the change itself, a line in the log, and a count.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{Event, outgoing_mail::OutgoingMail};
use crate::{
    accounts::{Accounts, id},
    entity,
};

impl Accounts {
    /// Ends a transaction with what happened in it: that is written down with the rest, or neither is, and told once it
    /// is true.
    pub(in crate::accounts) async fn commit(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
    ) -> Result<(), DbErr> {
        self.insert_event(&transaction, event, None).await?;
        transaction.commit().await?;
        self.log_event(event);
        Ok(())
    }

    /// Tells what happened, under the name of the request that it happened in, and counts it. Alone for what changes
    /// nothing, such as a refusal: whoever makes many of those shall not fill the database.
    pub(in crate::accounts) fn log_event(&self, event: Event) {
        let description = event.describe();
        self.metrics.record_event(description.name);
        description.log();
    }

    /// Writes a row, with the mail that is to be sent because of it.
    pub(in crate::accounts) async fn insert_event(
        &self,
        db: &impl ConnectionTrait,
        event: Event,
        mail: Option<OutgoingMail>,
    ) -> Result<(), DbErr> {
        let now = self.clock.now();
        let due_at = mail.as_ref().map(|_| now);
        let (mail, mail_to, language) = match mail {
            Some(OutgoingMail { mail, to, language }) => (Some(mail.name().to_owned()), to, language),
            None => (None, None, None),
        };
        let row = entity::event::Model {
            id: id::new(now),
            at: now,
            line: event.to_string(),
            user_id: event.describe().user,
            mail,
            mail_to,
            language,
            due_at,
            tries: 0,
            refusals: 0,
            handed_over: 0,
            outcome: None,
        };
        entity::event::insert(db, row).await
    }
}
