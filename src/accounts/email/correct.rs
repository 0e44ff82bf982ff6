//! Correcting an e-mail address that was mistyped and never verified: takes the password instead of a login, because an
//! unverified address may prevent one.

use derive_more::From;
use sea_orm::{DbErr, SqlErr};
use secrecy::SecretString;

use crate::{
    accounts::{
        Accounts,
        authentication::origin::Origin,
        error::{Failure, RetryAfter},
        event::{
            Event,
            outgoing_mail::{MailRequested, OutgoingMail},
        },
        id::UserId,
        identifier::{Identifier, email::Email, reservation::reserved},
        login::{guess::Guess, reauthenticate::WrongPassword},
        validation::form::{Field, Form, Violations},
    },
    database,
    entity::{password, pending_registration, ticket::Purpose, user},
    mail::MailKind,
    throttle::TooManyAttempts,
};

/// The input of `correct_email`.
#[derive(Debug)]
pub struct CorrectEmail {
    /// The mistyped address, or the username.
    pub identifier: String,
    /// The password of the account, or the one that was chosen at the registration.
    pub password: SecretString,
    /// The right address.
    pub new_email: String,
}

/// Why the address was not corrected.
#[derive(Debug, From)]
pub enum CorrectEmailRefusal {
    /// The text is not a valid address.
    ValidationFailed(Violations),
    /// No such account, or a wrong password. Neither the answer nor its time reveals which.
    InvalidCredentials(WrongPassword),
    /// The account has no address. Its user can log in and add one.
    NoEmailAddress,
    /// The address is verified. Its user can log in and change it.
    AlreadyVerified,
    /// Too many wrong passwords, or too many mails.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

/// The account whose address is corrected.
enum Account {
    User(password::Model),
    Pending(pending_registration::Model),
}

impl Accounts {
    /// Replaces an address that was never verified, and sends a ticket to the new one. The caller does not learn whether
    /// another user has the new address.
    ///
    /// # Errors
    ///
    /// [`CorrectEmailRefusal`]; nothing is changed then.
    pub async fn correct_email(
        &self,
        origin: &Origin,
        correct: CorrectEmail,
    ) -> Result<MailRequested, Failure<CorrectEmailRefusal>> {
        let mut form = Form::default();
        let email = form.required(Field::NewEmail, Email::parse(&correct.new_email));
        let email = form.accept(email)?;
        self.require_mailer()?;

        let permit = self.hasher.permit(origin.network()).await?;
        let identifier = Identifier::parse(&correct.identifier);
        let guess = self.guess_at(origin, &identifier, None).await?;
        let pending = database::retry_read(|| self.find_pending(&identifier)).await?;
        let pending = pending.filter(|_| guess.user().is_none());
        let id = guess.user().or(pending.as_ref().map(|pending| pending.id));
        let guess = match &pending {
            Some(pending) => Guess::at_pending(pending, self.clock.now()),
            None => guess,
        };
        let failed = match id {
            Some(user) => Event::WrongPassword { user, operation: "correct_email" },
            None => Event::LoginFailed(None),
        };
        let row = self.require_password(permit, guess, origin, &correct.password, failed).await?;

        match pending.map_or(Account::User(row), Account::Pending) {
            Account::User(row) => {
                let user = UserId(row.user_id);
                self.limit_mail(origin, Some(user), Purpose::VerifyEmail, &email).await?;
                database::retry_transaction(|| self.correct_user(origin, &row, &email)).await?;
            }
            Account::Pending(pending) => {
                self.limit_mail(origin, None, Purpose::Register, &email).await?;
                database::retry_transaction(|| self.correct_pending(origin, &pending, &email)).await?;
            }
        }
        Ok(MailRequested { email: email.written })
    }

    /// The newest pending registration with this identifier.
    async fn find_pending(&self, identifier: &Identifier) -> Result<Option<pending_registration::Model>, DbErr> {
        if identifier.is_email() {
            pending_registration::newest_at_address(&self.db, identifier.canonical()).await
        } else {
            pending_registration::newest_named(&self.db, identifier.canonical()).await
        }
    }

    async fn correct_user(
        &self,
        origin: &Origin,
        row: &password::Model,
        email: &Email,
    ) -> Result<(), Failure<CorrectEmailRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let Some(user) = password::lock_unchanged(&transaction, row).await?.filter(|user| user.disabled_at.is_none())
        else {
            return Err(Failure::Refused(CorrectEmailRefusal::InvalidCredentials(WrongPassword)));
        };
        if user.email.is_none() {
            return Err(Failure::Refused(CorrectEmailRefusal::NoEmailAddress));
        }
        if user.email_verified_at.is_some() {
            return Err(Failure::Refused(CorrectEmailRefusal::AlreadyVerified));
        }
        let other = user::at_address(&transaction, email.forms()).await?.filter(|other| other.id != user.id);
        if other.is_some() || reserved(&transaction, [&*email.canonical], user.id, now).await?.is_some() {
            // The owner of the address is notified. The account keeps the mistyped address.
            let event = Event::TicketRequested { user: Some(user.id), purpose: Purpose::ChangeEmail };
            let mail = OutgoingMail::to(MailKind::ConfirmEmailChange, email.written.clone());
            return Ok(self.commit_and_mail(transaction, event, mail, Some(origin)).await?);
        }
        let corrected = user::Model {
            email: Some(email.written.clone()),
            email_canonical: Some(email.canonical.clone()),
            updated_at: now,
            ..user.clone()
        };
        let user = user::update(&transaction, &user, corrected).await.map_err(try_again)?;
        let mail = OutgoingMail::to_user(MailKind::VerifyEmail);
        Ok(self.commit_and_mail(transaction, Event::EmailChanged(user.id), mail, Some(origin)).await?)
    }

    async fn correct_pending(
        &self,
        origin: &Origin,
        pending: &pending_registration::Model,
        email: &Email,
    ) -> Result<(), Failure<CorrectEmailRefusal>> {
        let transaction = database::begin(&self.db).await?;
        let corrected =
            pending_registration::correct(&transaction, pending.id, &email.written, &email.canonical).await?;
        if !corrected {
            // It was completed or has expired since.
            return Err(Failure::Refused(CorrectEmailRefusal::InvalidCredentials(WrongPassword)));
        }
        let event = Event::TicketRequested { user: Some(pending.id), purpose: Purpose::Register };
        let mail = OutgoingMail::to_user(MailKind::ConfirmRegistration);
        Ok(self.commit_and_mail(transaction, event, mail, Some(origin)).await?)
    }
}

/// Another request took the address at the same moment: as rare as a lost connection, and answered in the same way.
fn try_again(error: DbErr) -> Failure<CorrectEmailRefusal> {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => {
            Failure::Fault(crate::accounts::error::Fault::temporary("another request took the address"))
        }
        _ => error.into(),
    }
}
