//! One mail on its way: whom it goes to as of now, with which ticket, and when it is out of our hands.
//!
//! The ticket is minted here, at the last moment, so that no clear secret ever lies in the database. What is handed over to
//! a mail server is noted before it is, so that a crash between the two, or before the answer, can double a mail once and
//! never lose one.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::EntityTrait;
use thiserror::Error;
use uuid::Uuid;

use super::Post;
use crate::{
    accounts::{Accounts, Fault, email::Email},
    database,
    entity::{
        event::{self, Model, Outcome},
        newcomer, ticket,
        ticket::Purpose,
        user,
    },
    mail::{Content, Mail, NotSent},
    secrets::Ticket,
};

/// How long an address has time to be shown to be somebody's.
pub(in crate::accounts) const TO_VERIFY: TimeDelta = TimeDelta::hours(24);

/// How long a forgotten password may be reset: whoever asked sits in front of the mailbox.
const TO_RESET: TimeDelta = TimeDelta::hours(1);

/// How many times one mail is handed over without a word of what became of it.
const DOUBTFUL: i32 = 2;

/// Why a mail was not delivered.
#[derive(Debug, Error)]
pub(super) enum Undelivered {
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
    Doubtful,
    /// It took too long. If it was handed over by then, that is noted.
    #[error("it took too long")]
    TooSlow,
    /// We broke.
    #[error("{0}")]
    Fault(Fault),
}

/// A mail as it stands now.
struct Addressed {
    mail: Mail,
    to: String,
    name: Option<String>,
    ticket: Option<Admits>,
}

/// What the ticket in a mail is to be good for.
struct Admits {
    user_id: Uuid,
    purpose: Purpose,
    valid_for: TimeDelta,
}

impl Accounts {
    pub(super) async fn deliver(
        &self,
        post: &Post,
        event: &Model,
        until: DateTime<Utc>,
    ) -> Result<Outcome, Undelivered> {
        if event.handed_over >= DOUBTFUL {
            return Err(Undelivered::Doubtful);
        }
        let Some(Addressed { mail, to, name, ticket: admits }) = self.addressed(event).await? else {
            return Ok(Outcome::Needless);
        };
        // Until here nothing is minted: while no mail server is there, the last ticket stays good.
        let mut carrier = post.courier.call().await?;
        carrier.address(&to).await?;

        let minted = admits.as_ref().map(|_| Ticket::new()).transpose().map_err(Fault::internal)?;
        let content = Content {
            mail,
            language: event.language.as_deref().unwrap_or_default(),
            to: &to,
            id: event.id,
            name: name.as_deref(),
            token: minted.as_ref().map(|ticket| &ticket.text),
            valid_for: admits.as_ref().map(|admits| admits.valid_for),
            date: self.clock.now(),
        };
        let letter = post.stationery.write(&content).map_err(Fault::internal)?;

        let row = admits.zip(minted).map(|(admits, minted)| ticket::Model {
            user_id: admits.user_id,
            purpose: admits.purpose,
            hash: minted.hash.to_vec(),
            sent_to: to,
            expires_at: self.clock.now() + admits.valid_for,
            used_at: None,
        });
        if !self.out_of_our_hands(event, until, row).await? {
            // Somebody else took it up since: it is theirs.
            return Err(Fault::internal("a mail was claimed anew while it was on its way").into());
        }
        let handed_over = carrier.hand_over(letter).await;
        handed_over.map_err(|reason| Undelivered::NotSent { reason, handed_over: true })?;
        Ok(Outcome::Sent)
    }

    /// Notes that a mail is about to be handed over, together with the ticket in it; false when it is not ours any more.
    async fn out_of_our_hands(
        &self,
        event: &Model,
        until: DateTime<Utc>,
        minted: Option<ticket::Model>,
    ) -> Result<bool, Fault> {
        let transaction = database::begin(&self.db).await?;
        if !event::hand_over(&transaction, event.id, until).await? {
            return Ok(false);
        }
        if let Some(minted) = minted {
            ticket::put(&transaction, minted).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Whom the mail of an event goes to now, and what it says; nothing where nobody needs it any more.
    async fn addressed(&self, event: &Model) -> Result<Option<Addressed>, Fault> {
        let Some(mail) = event.mail.as_deref().and_then(Mail::named) else { return Ok(None) };
        match mail {
            Mail::VerifyEmail => self.to_verify(event).await,
            Mail::ConfirmRegistration => self.to_confirm(event).await,
            Mail::ResetPassword => self.to_reset(event).await,
            Mail::ConfirmEmailChange => self.to_change(event).await,
            Mail::PasswordChanged | Mail::EmailChanged => self.to_notice(mail, event).await,
            // Only ever in the place of another one.
            Mail::AlreadyRegistered => Ok(None),
        }
    }

    async fn to_verify(&self, event: &Model) -> Result<Option<Addressed>, Fault> {
        let user = self.user_of(event).await?.filter(|user| user.email_verified_at.is_none());
        Ok(user.and_then(|user| to_user(Mail::VerifyEmail, user, Some((Purpose::VerifyEmail, TO_VERIFY)))))
    }

    /// Who registers with an address that is new hears how to go on; whoever has it already, that somebody tried.
    async fn to_confirm(&self, event: &Model) -> Result<Option<Addressed>, Fault> {
        let id = event.user_id.unwrap_or_default();
        let newcomer = database::asked_again(|| newcomer::Entity::find_by_id(id).one(&self.db)).await?;
        let Some(newcomer) = newcomer else { return Ok(None) };
        if let Some(user) = self.user_at(&newcomer.email_canonical).await? {
            return Ok(to_user(Mail::AlreadyRegistered, user, None));
        }
        let admits = Admits { user_id: id, purpose: Purpose::Register, valid_for: TO_VERIFY };
        let (to, name) = (newcomer.email, newcomer.display_name);
        Ok(Some(Addressed { mail: Mail::ConfirmRegistration, to, name, ticket: Some(admits) }))
    }

    async fn to_reset(&self, event: &Model) -> Result<Option<Addressed>, Fault> {
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        let user = self.user_at(&email.canonical).await?.filter(|user| user.disabled_at.is_none());
        Ok(user.and_then(|user| to_user(Mail::ResetPassword, user, Some((Purpose::ResetPassword, TO_RESET)))))
    }

    /// The new address is asked; if somebody has it already, they hear of it, and whoever wanted it does not.
    async fn to_change(&self, event: &Model) -> Result<Option<Addressed>, Fault> {
        let Some(user) = self.user_of(event).await? else { return Ok(None) };
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        match self.user_at(&email.canonical).await? {
            Some(other) if other.id != user.id => Ok(to_user(Mail::AlreadyRegistered, other, None)),
            Some(_) | None => {
                let admits = Admits { user_id: user.id, purpose: Purpose::ChangeEmail, valid_for: TO_VERIFY };
                let (to, name) = (email.written, user.display_name);
                Ok(Some(Addressed { mail: Mail::ConfirmEmailChange, to, name, ticket: Some(admits) }))
            }
        }
    }

    async fn to_notice(&self, mail: Mail, event: &Model) -> Result<Option<Addressed>, Fault> {
        let Some(user) = self.user_of(event).await? else { return Ok(None) };
        let to = event.mail_to.clone().or(user.email);
        Ok(to.map(|to| Addressed { mail, to, name: user.display_name, ticket: None }))
    }

    /// The user whom an event is about, if they may enter.
    async fn user_of(&self, event: &Model) -> Result<Option<user::Model>, Fault> {
        let id = event.user_id.unwrap_or_default();
        let found = database::asked_again(|| user::Entity::find_by_id(id).one(&self.db)).await?;
        Ok(found.filter(|user| user.disabled_at.is_none()))
    }

    /// The user at this address.
    async fn user_at(&self, email_canonical: &str) -> Result<Option<user::Model>, Fault> {
        Ok(database::asked_again(|| user::at_address(&self.db, email_canonical)).await?)
    }
}

/// A mail to a user's own address, if they have one.
fn to_user(mail: Mail, user: user::Model, ticket: Option<(Purpose, TimeDelta)>) -> Option<Addressed> {
    let user_id = user.id;
    let ticket = ticket.map(|(purpose, valid_for)| Admits { user_id, purpose, valid_for });
    Some(Addressed { mail, to: user.email?, name: user.display_name, ticket })
}

impl From<NotSent> for Undelivered {
    fn from(reason: NotSent) -> Self {
        Self::NotSent { reason, handed_over: false }
    }
}

impl From<Fault> for Undelivered {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
