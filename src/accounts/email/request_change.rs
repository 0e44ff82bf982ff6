//! Requesting another e-mail address: takes the password, and sends a ticket to the new address.

use derive_more::From;
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, RetryAfter},
        event::{
            Event,
            outgoing_mail::{MailRequested, OutgoingMail},
        },
        identifier::email::Email,
        login::reauthenticate::WrongPassword,
        validation::form::{Field, Form, Violations},
    },
    entity::ticket::Purpose,
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// The input of `request_email_change`.
#[derive(Debug)]
pub struct RequestEmailChange {
    /// The new address.
    pub new_email: String,
    /// The current password, so that another person at an unlocked device cannot change the address.
    pub current_password: SecretString,
}

/// Why no mail is sent.
#[derive(Debug, From)]
pub enum RequestEmailChangeRefusal {
    /// The text is not a valid address.
    ValidationFailed(Violations),
    /// The password is wrong.
    InvalidCredentials(WrongPassword),
    /// Too many wrong passwords, or too many mails.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

impl Accounts {
    /// Sends a ticket to the new address. The actor does not learn whether another user has this address.
    ///
    /// # Errors
    ///
    /// [`RequestEmailChangeRefusal`].
    pub async fn request_email_change(
        &self,
        actor: &Actor,
        origin: &Origin,
        change: RequestEmailChange,
    ) -> Result<MailRequested, Failure<RequestEmailChangeRefusal>> {
        let user = actor.user();
        self.limit_change(user.id).await?;
        let mut form = Form::default();
        let email = form.required(Field::NewEmail, Email::parse(&change.new_email));
        let email = form.accept(email)?;
        self.require_mailer()?;

        let permit = self.hasher.permit(origin.network()).await?;
        let failed = Event::WrongPassword { user: user.id.0, operation: "change_email" };
        self.reauthenticate(permit, actor, origin, &change.current_password, failed).await?;

        self.limit_mail(origin, Some(user.id), Purpose::ChangeEmail, &email).await?;
        let event = Event::TicketRequested { user: Some(user.id.0), purpose: Purpose::ChangeEmail };
        self.mail(event, || OutgoingMail::to(MailKind::ConfirmEmailChange, email.written.clone()), origin).await?;
        Ok(MailRequested { email: email.written })
    }
}
