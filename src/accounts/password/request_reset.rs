//! A forgotten password: a ticket for a new one, to whoever reads the mail of the account.

use derive_more::From;

use crate::{
    accounts::{
        Accounts,
        error::Failure,
        event::{
            Event,
            outgoing_mail::{MailRequested, OutgoingMail},
        },
        identifier::email::Email,
        origin::Origin,
        validation::form::{Field, Form, Violations},
    },
    entity::ticket::Purpose,
    mail::Mail,
    throttle::TooManyAttempts,
};

/// Why nothing was asked for.
#[derive(Debug, From)]
pub enum RequestPasswordResetRefusal {
    /// This can be no address.
    ValidationFailed(Violations),
    /// Too many mails.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Sends a ticket to this address, if somebody has an account with it. Whether somebody does is looked for later, by
    /// whoever sends the mail: here, the work is the same for every address, and so are the answer and its time.
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
        self.mail(event, || OutgoingMail::to(Mail::ResetPassword, email.written.clone()), origin).await?;
        Ok(MailRequested { email: email.written })
    }
}
