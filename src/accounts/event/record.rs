//! Recording an event: a row that is committed together with the change, a line in the log, and a count.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr};

use super::{Event, outgoing_mail::OutgoingMail};
use crate::{
    accounts::{Accounts, authentication::origin::Origin, id},
    entity,
};

impl Accounts {
    /// Commits a transaction together with its event, and logs the event afterwards.
    pub(in crate::accounts) async fn commit(
        &self,
        transaction: DatabaseTransaction,
        event: Event,
    ) -> Result<(), DbErr> {
        self.insert_event(&transaction, event, None, None).await?;
        transaction.commit().await?;
        self.log_event(event);
        Ok(())
    }

    /// Logs and counts an event with the id of the current request. Alone, without a row, for what changes nothing: a
    /// client that causes many refusals must not fill the database.
    pub(in crate::accounts) fn log_event(&self, event: Event) {
        let description = event.describe();
        self.metrics.record_event(description.name);
        if description.is_warning {
            tracing::warn!(target: "latchkey::events", event = %description, "{}", description.message);
        } else {
            tracing::info!(target: "latchkey::events", event = %description, "{}", description.message);
        }
    }

    /// Inserts the row of an event, with the mail that is to be sent because of it, and the origin of the request.
    pub(in crate::accounts) async fn insert_event(
        &self,
        db: &impl ConnectionTrait,
        event: Event,
        mail: Option<OutgoingMail>,
        origin: Option<&Origin>,
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
            ip_address: origin.and_then(|origin| origin.address).map(|address| address.to_string()),
            user_agent: origin.and_then(Origin::user_agent).map(str::to_owned),
        };
        entity::event::insert(db, row).await
    }
}
