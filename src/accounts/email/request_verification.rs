//! Requesting another mail to verify the e-mail address.

use derive_more::From;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::Failure,
        event::{
            Event,
            outgoing_mail::{MailRequested, OutgoingMail},
        },
        identifier::email::Email,
        user::User,
    },
    entity::ticket::Purpose,
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// Why no mail is sent.
#[derive(Debug, From)]
pub enum RequestEmailVerificationRefusal {
    /// The user has no e-mail address.
    NoEmailAddress,
    /// The address is already verified.
    AlreadyVerified,
    /// Too many mails.
    TooManyAttempts(TooManyAttempts),
}

impl Accounts {
    /// Sends a ticket to the actor's address.
    ///
    /// # Errors
    ///
    /// [`RequestEmailVerificationRefusal`].
    pub async fn request_email_verification(
        &self,
        actor: &Actor,
        origin: &Origin,
    ) -> Result<MailRequested, Failure<RequestEmailVerificationRefusal>> {
        let user = actor.user();
        self.limit_change(user.id).await?;
        let email = user.email.as_deref().and_then(|email| Email::parse(email).ok());
        let email = email.ok_or(Failure::Refused(RequestEmailVerificationRefusal::NoEmailAddress))?;
        if user.email_verified {
            return Err(Failure::Refused(RequestEmailVerificationRefusal::AlreadyVerified));
        }
        self.require_mailer()?;
        self.send_verification(user, &email, origin).await?;
        Ok(MailRequested { email: email.written })
    }

    /// Sends a user a ticket for their current address.
    pub(in crate::accounts) async fn send_verification<R: From<TooManyAttempts>>(
        &self,
        user: &User,
        email: &Email,
        origin: &Origin,
    ) -> Result<(), Failure<R>> {
        self.limit_mail(origin, Some(user.id), Purpose::VerifyEmail, email).await?;
        let event = Event::TicketRequested { user: Some(user.id.0), purpose: Purpose::VerifyEmail };
        Ok(self.mail(event, || OutgoingMail::to_user(MailKind::VerifyEmail), origin).await?)
    }
}
