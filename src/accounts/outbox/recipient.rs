//! The recipient of a mail, and the ticket in it.

use chrono::TimeDelta;
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        error::Fault,
        identifier::{email::Email, reservation::EMAIL_RESERVED},
        policy::Registration,
    },
    database,
    entity::{event, password, pending_registration, ticket::Purpose, user},
    mail::MailKind,
};

/// How long a ticket to verify an address is valid.
pub(in crate::accounts) const VERIFICATION_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How long a ticket to reset a password is valid: its user is waiting for it.
const RESET_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A mail and its recipient at the moment of sending.
pub(super) struct Recipient {
    pub(super) mail: MailKind,
    pub(super) to: String,
    /// The name of the recipient. Only where the address is verified, so that no mail carries a text of another person.
    pub(super) name: Option<String>,
    /// The username of the account that the mail is about.
    pub(super) username: Option<String>,
    pub(super) ticket: Option<NewTicket>,
}

/// The ticket to create.
pub(super) struct NewTicket {
    pub(super) user_id: Uuid,
    pub(super) purpose: Purpose,
    pub(super) valid_for: TimeDelta,
}

impl Accounts {
    /// The recipient of an event's mail; `None` if the mail is no longer needed.
    pub(super) async fn recipient_of(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(mail) = event.mail.as_deref().and_then(MailKind::from_name) else { return Ok(None) };
        match mail {
            MailKind::VerifyEmail => self.verification(event).await,
            MailKind::ConfirmRegistration => self.confirmation(event).await,
            MailKind::ResetPassword => self.reset(event).await,
            MailKind::ConfirmEmailChange => self.email_change(event).await,
            // Only sent in place of another mail.
            MailKind::AlreadyRegistered => Ok(None),
            MailKind::EmailChangedUndo => self.undo(event).await,
            notice => self.notice(notice, event).await,
        }
    }

    async fn verification(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let user = self.user_of(event).await?.filter(|user| may_log_in(user) && user.email_verified_at.is_none());
        Ok(user.and_then(|user| {
            let ticket =
                NewTicket { user_id: user.id, purpose: Purpose::VerifyEmail, valid_for: VERIFICATION_LIFETIME };
            let (mail, username) = (MailKind::VerifyEmail, user.username);
            Some(Recipient { mail, to: user.email?, name: None, username, ticket: Some(ticket) })
        }))
    }

    /// A new address gets a ticket; the owner of a known one learns that another person tried to register with it.
    async fn confirmation(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(id) = event.user_id.filter(|_| self.policy.registration != Registration::Closed) else {
            return Ok(None);
        };
        let registration = database::retry_read(|| pending_registration::find(&self.db, id)).await?;
        let Some(registration) = registration else { return Ok(None) };
        let Ok(email) = Email::parse(&registration.email) else { return Ok(None) };
        if let Some(user) = self.user_at(email.forms()).await? {
            return Ok(notice_to_owner(user));
        }
        let ticket = NewTicket { user_id: id, purpose: Purpose::Register, valid_for: VERIFICATION_LIFETIME };
        let mail = MailKind::ConfirmRegistration;
        let (to, username) = (registration.email, registration.username);
        Ok(Some(Recipient { mail, to, name: None, username, ticket: Some(ticket) }))
    }

    async fn reset(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        let user = self.user_at(email.forms()).await?.filter(may_log_in);
        Ok(user.and_then(|user| {
            let ticket = NewTicket { user_id: user.id, purpose: Purpose::ResetPassword, valid_for: RESET_LIFETIME };
            let (mail, name, username) = (MailKind::ResetPassword, known_name(&user), user.username);
            Some(Recipient { mail, to: user.email?, name, username, ticket: Some(ticket) })
        }))
    }

    /// The new address gets a ticket. If another user has it, that user is notified, and the actor does not learn of
    /// it.
    async fn email_change(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(user) = self.user_of(event).await?.filter(may_log_in) else { return Ok(None) };
        // Another person may have requested it with the old password.
        let password = database::retry_read(|| password::find(&self.db, user.id)).await?;
        if password.is_some_and(|password| password.changed_at > event.at) {
            return Ok(None);
        }
        let Some(email) = event.mail_to.as_deref().and_then(|to| Email::parse(to).ok()) else { return Ok(None) };
        match self.user_at(email.forms()).await? {
            Some(other) if other.id != user.id => Ok(notice_to_owner(other)),
            Some(_) | None => {
                let ticket =
                    NewTicket { user_id: user.id, purpose: Purpose::ChangeEmail, valid_for: VERIFICATION_LIFETIME };
                let (mail, username) = (MailKind::ConfirmEmailChange, user.username);
                Ok(Some(Recipient { mail, to: email.written, name: None, username, ticket: Some(ticket) }))
            }
        }
    }

    /// A notice goes to the address that the user had when the event happened.
    async fn notice(&self, mail: MailKind, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let user = self.user_of(event).await?;
        let name = user.as_ref().and_then(known_name);
        let username = user.and_then(|user| user.username);
        Ok(event.mail_to.clone().map(|to| Recipient { mail, to, name, username, ticket: None }))
    }

    /// The old address gets a ticket to take it back, as long as it is reserved for its user.
    async fn undo(&self, event: &event::Model) -> Result<Option<Recipient>, Fault> {
        let Some(notice) = self.notice(MailKind::EmailChangedUndo, event).await? else { return Ok(None) };
        let Some(user_id) = event.user_id else { return Ok(None) };
        let ticket = NewTicket { user_id, purpose: Purpose::RevertEmailChange, valid_for: EMAIL_RESERVED };
        Ok(Some(Recipient { ticket: Some(ticket), ..notice }))
    }

    async fn user_of(&self, event: &event::Model) -> Result<Option<user::Model>, Fault> {
        let Some(id) = event.user_id else { return Ok(None) };
        Ok(database::retry_read(|| user::find(&self.db, id)).await?)
    }

    async fn user_at(&self, forms: [&str; 2]) -> Result<Option<user::Model>, Fault> {
        Ok(database::retry_read(|| user::at_address(&self.db, forms)).await?)
    }
}

/// The notice to a user whose address another person wants to use.
fn notice_to_owner(user: user::Model) -> Option<Recipient> {
    let name = known_name(&user);
    let user = Some(user).filter(may_log_in)?;
    let (mail, username) = (MailKind::AlreadyRegistered, user.username);
    Some(Recipient { mail, to: user.email?, name, username, ticket: None })
}

fn may_log_in(user: &user::Model) -> bool {
    user.disabled_at.is_none()
}

fn known_name(user: &user::Model) -> Option<String> {
    user.display_name.clone().filter(|_| user.email_verified_at.is_some())
}
