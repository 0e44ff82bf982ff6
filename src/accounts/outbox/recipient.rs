//! Whom the mail of an event goes to, as of now, and what its ticket is to be good for.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    accounts::{Accounts, error::Fault, identifier::email::Email, policy::Registration},
    database,
    entity::{event, pending_registration, ticket::Purpose, user},
    mail::Mail,
};

/// How long an address has time to be shown to be somebody's.
pub(in crate::accounts) const TO_VERIFY: TimeDelta = TimeDelta::hours(24);

/// How long a forgotten password may be reset: whoever asked sits in front of the mailbox.
const TO_RESET: TimeDelta = TimeDelta::hours(1);

/// A mail as it stands now.
pub(super) struct Recipient {
    pub(super) mail: Mail,
    pub(super) to: String,
    /// What to call them. Only where the address is theirs: nobody else's words are carried to strangers.
    pub(super) name: Option<String>,
    pub(super) ticket: Option<NewTicket>,
}

/// What the ticket in a mail is to be good for.
pub(super) struct NewTicket {
    pub(super) user_id: Uuid,
    pub(super) purpose: Purpose,
    pub(super) valid_for: TimeDelta,
}

impl Accounts {
    /// Whom the mail of an event goes to now, and what it says; nothing where nobody needs it any more.
    pub(super) async fn recipient_of(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(mail) = event.mail.as_deref().and_then(Mail::named) else { return Ok(None) };
        match mail {
            Mail::VerifyEmail => self.to_verify(event).await,
            Mail::ConfirmRegistration => self.to_confirm(event).await,
            Mail::ResetPassword => self.to_reset(event).await,
            Mail::ConfirmEmailChange => self.to_change(event).await,
            Mail::PasswordChanged | Mail::EmailChanged => self.to_tell(mail, event).await,
            // Only ever in the place of another one.
            Mail::AlreadyRegistered => Ok(None),
        }
    }

    async fn to_verify(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let user = self.user_of(event).await?.filter(|user| may_enter(user) && user.email_verified_at.is_none());
        Ok(user.and_then(|user| {
            let ticket = NewTicket { user_id: user.id, purpose: Purpose::VerifyEmail, valid_for: TO_VERIFY };
            Some(Recipient { mail: Mail::VerifyEmail, to: user.email?, name: None, ticket: Some(ticket) })
        }))
    }

    /// Who registers with an address that is new hears how to go on; whoever has it already, that somebody tried.
    async fn to_confirm(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(id) = event.user_id.filter(|_| self.policy.registration != Registration::Closed) else {
            return Ok(None);
        };
        let newcomer = database::asked_again(|| pending_registration::find(&self.db, id)).await?;
        let Some(newcomer) = newcomer else { return Ok(None) };
        if let Some(user) = self.user_at(&newcomer.email_canonical).await? {
            return Ok(to_owner(user));
        }
        let ticket = NewTicket { user_id: id, purpose: Purpose::Register, valid_for: TO_VERIFY };
        let mail = Mail::ConfirmRegistration;
        Ok(Some(Recipient { mail, to: newcomer.email, name: None, ticket: Some(ticket) }))
    }

    async fn to_reset(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        let user = self.user_at(&email.canonical).await?.filter(may_enter);
        Ok(user.and_then(|user| {
            let ticket = NewTicket { user_id: user.id, purpose: Purpose::ResetPassword, valid_for: TO_RESET };
            let name = known_name(&user);
            Some(Recipient { mail: Mail::ResetPassword, to: user.email?, name, ticket: Some(ticket) })
        }))
    }

    /// The new address is asked; if somebody has it already, they hear of it, and whoever wanted it does not.
    async fn to_change(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(user) = self.user_of(event).await?.filter(may_enter) else { return Ok(None) };
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        match self.user_at(&email.canonical).await? {
            Some(other) if other.id != user.id => Ok(to_owner(other)),
            Some(_) | None => {
                let ticket = NewTicket { user_id: user.id, purpose: Purpose::ChangeEmail, valid_for: TO_VERIFY };
                let mail = Mail::ConfirmEmailChange;
                Ok(Some(Recipient { mail, to: email.written, name: None, ticket: Some(ticket) }))
            }
        }
    }

    /// What happened is told to the address of that moment, whatever became of the user since.
    async fn to_tell(&self, mail: Mail, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let name = self.user_of(event).await?.as_ref().and_then(known_name);
        Ok(event.mail_to.clone().map(|to| Recipient { mail, to, name, ticket: None }))
    }

    async fn user_of(&self, event: &event::Model) -> Result<Option<user::Model>, Fault> {
        let Some(id) = event.user_id else { return Ok(None) };
        Ok(database::asked_again(|| user::find(&self.db, id)).await?)
    }

    async fn user_at(&self, email_canonical: &str) -> Result<Option<user::Model>, Fault> {
        Ok(database::asked_again(|| user::at_address(&self.db, email_canonical)).await?)
    }
}

/// Somebody else wanted to have the address of a user who has it.
fn to_owner(user: user::Model) -> Option<Recipient> {
    let name = known_name(&user);
    let user = Some(user).filter(may_enter)?;
    Some(Recipient { mail: Mail::AlreadyRegistered, to: user.email?, name, ticket: None })
}

fn may_enter(user: &user::Model) -> bool {
    user.disabled_at.is_none()
}

fn known_name(user: &user::Model) -> Option<String> {
    user.display_name.clone().filter(|_| user.email_verified_at.is_some())
}
