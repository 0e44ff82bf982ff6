//! Requesting a password reset: sends a ticket to the mailbox of the account.

use derive_more::From;

use crate::{
    accounts::{
        Accounts,
        authentication::origin::Origin,
        error::Failure,
        event::{
            Event,
            outgoing_mail::{MailRequested, OutgoingMail},
        },
        identifier::email::Email,
        validation::form::{Field, Form, Violations},
    },
    entity::ticket::Purpose,
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// Why no reset was requested.
#[derive(Debug, From)]
pub enum RequestPasswordResetRefusal {
    /// The text is not a valid address.
    ValidationFailed(Violations),
    /// Too many mails.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Sends a ticket to this address if a user has it. The worker of the outbox looks up the user later, so that the
    /// answer and its time are the same for every address.
    ///
    /// # Errors
    ///
    /// [`RequestPasswordResetRefusal`].
    pub async fn request_password_reset(
        &self,
        origin: &Origin,
        email: &str,
    ) -> Result<MailRequested, Failure<RequestPasswordResetRefusal>> {
        let mut form = Form::default();
        let email = form.required(Field::Email, Email::parse(email));
        let email = form.accept(email)?;
        self.require_mailer()?;

        self.limit_mail(origin, None, Purpose::ResetPassword, &email).await?;
        let event = Event::TicketRequested { user: None, purpose: Purpose::ResetPassword };
        self.mail(event, || OutgoingMail::to(MailKind::ResetPassword, email.written.clone()), origin).await?;
        Ok(MailRequested { email: email.written })
    }
}
