//! Confirming a change of the e-mail address with the ticket from the mail.

use derive_more::From;
use sea_orm::{DbErr, SqlErr};
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::Failure,
        event::Event,
        identifier::{
            email::Email,
            reservation::{self, reserved},
        },
        ticket::{TicketRejection, check_owner, sent_to},
        user::User,
    },
    database,
    entity::{
        ticket::{Model, Purpose},
        user,
    },
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// Why the e-mail address was not changed.
#[derive(Debug, From)]
pub enum ConfirmEmailChangeRefusal {
    /// The ticket is not valid.
    Rejected(TicketRejection),
    /// Another user has registered with this address since.
    EmailTaken,
    /// Too many changes.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Replaces the actor's e-mail address by the one that a ticket was sent to, and notifies the previous address.
    ///
    /// # Errors
    ///
    /// [`ConfirmEmailChangeRefusal`]; nothing is changed then.
    pub async fn confirm_email_change(
        &self,
        actor: &Actor,
        origin: &Origin,
        token: &SecretString,
    ) -> Result<User, Failure<ConfirmEmailChangeRefusal>> {
        self.limit_change(actor.user().id).await?;
        let ticket = self.find_ticket(token, &[Purpose::ChangeEmail]).await?;
        check_owner(&ticket, actor.user().id.0)?;
        let email = sent_to(&ticket)?;
        database::retry_transaction(|| self.change_email(origin, &ticket, email.clone())).await
    }

    async fn change_email(
        &self,
        origin: &Origin,
        ticket: &Model,
        email: Email,
    ) -> Result<User, Failure<ConfirmEmailChangeRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let user = user::lock(&transaction, ticket.user_id).await?;
        self.use_ticket(&transaction, ticket).await?;
        let user = user.ok_or(TicketRejection::Outdated)?;
        if email.is_taken_formerly(&transaction, user.id).await? {
            return Err(Failure::Refused(ConfirmEmailChangeRefusal::EmailTaken));
        }
        let is_respelled = email.is_same_as(user.email.as_deref());
        let changed = user::Model {
            email: Some(email.written),
            email_canonical: Some(email.canonical),
            email_verified_at: Some(now),
            unverified_until: None,
            updated_at: now,
            ..user.clone()
        };
        let before = user.clone();
        let user = user::update(&transaction, &user, changed).await.map_err(refuse_taken)?;
        if reserved(&transaction, user.email_canonical.as_deref(), user.id, now).await?.is_some() {
            return Err(Failure::Refused(ConfirmEmailChangeRefusal::EmailTaken));
        }
        let event = Event::EmailChanged(user.id);
        if is_respelled {
            // The mail goes to the same mailbox, whose owner need not be warned.
            self.commit(transaction, event).await?;
            return Ok(user.into());
        }
        let old = before.email.as_deref().and_then(|email| Email::parse(email).ok());
        let is_verified = before.email_verified_at.is_some();
        let new = user.email_canonical.as_deref().unwrap_or_default();
        reservation::replace_email(&transaction, user.id, old.filter(|_| is_verified), new, now).await?;
        let mail = if is_verified { MailKind::EmailChangedUndo } else { MailKind::EmailChanged };
        self.commit_and_notify(transaction, event, mail, before.email, Some(origin)).await?;
        Ok(user.into())
    }
}

fn refuse_taken(error: DbErr) -> Failure<ConfirmEmailChangeRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Failure::Refused(ConfirmEmailChangeRefusal::EmailTaken),
        _ => error.into(),
    }
}
