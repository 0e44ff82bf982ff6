//! Resetting the password with a ticket from a mail: ends all sessions of the user.

use derive_more::From;
use sea_orm::{ConnectionTrait, SqlErr};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::origin::Origin,
        error::{Failure, RetryAfter},
        event::Event,
        identifier::email::Email,
        login::stored_password,
        ticket::{TicketRejection, sent_to},
        user::User,
        validation::form::{Field, Violations},
    },
    database,
    entity::{
        self,
        ticket::{Model, Purpose},
    },
    mail::MailKind,
    secrets::PasswordHash,
};

/// The input of `reset_password`.
#[derive(Debug)]
pub struct ResetPassword {
    /// The ticket, which proves access to the mailbox of the account.
    pub token: SecretString,
    /// The new password.
    pub new_password: SecretString,
}

/// Why the password was not reset.
#[derive(Debug, From)]
pub enum ResetPasswordRefusal {
    /// The new password breaks a rule; the ticket remains valid.
    ValidationFailed(Violations),
    /// The ticket is not valid.
    Rejected(TicketRejection),
    /// Too many passwords are waiting to be hashed.
    ServerBusy(RetryAfter),
}

/// The result of a reset.
#[derive(Debug)]
pub struct PasswordReset {
    /// How many sessions were ended; at most 2,000 are counted.
    pub ended_sessions: u64,
    /// A device token, which gives the login with the new password a counter of its own. All others are invalid.
    pub device_token: SecretString,
}

impl Accounts {
    /// Sets the password of the user a ticket was sent to and ends all of their sessions, both or neither. Opens no
    /// session. Notifies the user by mail.
    ///
    /// The ticket of a mail about a changed e-mail address also restores the address that the mail was sent to.
    ///
    /// # Errors
    ///
    /// [`ResetPasswordRefusal`]; nothing is changed then.
    pub async fn reset_password(
        &self,
        origin: &Origin,
        reset: ResetPassword,
    ) -> Result<PasswordReset, Failure<ResetPasswordRefusal>> {
        // Before the hash, so that invented tickets cost nothing.
        let ticket = self.find_ticket(&reset.token, &[Purpose::ResetPassword, Purpose::RevertEmailChange]).await?;
        let email = sent_to(&ticket)?;
        let user = database::retry_read(|| entity::user::find(&self.db, ticket.user_id)).await?;
        let user = User::from(user.ok_or(TicketRejection::Outdated)?);
        let new = self.parse_new(&user, &reset.new_password)?;
        self.refuse_breached(Field::NewPassword, &new).await?;
        let hash = self.hasher.permit(origin.network()).await?.hash(new).await?;
        database::retry_transaction(|| self.replace_forgotten(origin, &ticket, &email, hash.clone())).await
    }

    async fn replace_forgotten(
        &self,
        origin: &Origin,
        ticket: &Model,
        email: &Email,
        hash: PasswordHash,
    ) -> Result<PasswordReset, Failure<ResetPasswordRefusal>> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        entity::password::lock_with_user(&transaction, ticket.user_id).await?;
        self.use_ticket(&transaction, ticket).await?;
        entity::ticket::remove_of_old_password(&transaction, ticket.user_id).await?;
        if ticket.purpose == Purpose::RevertEmailChange {
            self.take_address_back(&transaction, ticket.user_id, email).await?;
        }
        // The ticket proves that the user reads the mail of this address.
        let user = entity::user::verify_email(&transaction, ticket.user_id, email.forms(), now).await?;
        let user = user.filter(|user| user.disabled_at.is_none()).ok_or(TicketRejection::Outdated)?;
        entity::password::put(&transaction, stored_password::chosen(user.id, hash, now)).await?;
        let ended = entity::session::end_all(&transaction, user.id, &[], now).await?;
        let generation = self.forget_guesses(&transaction, user.id).await?;
        let (event, mail) = (Event::PasswordReset(user.id), MailKind::PasswordChanged);
        self.commit_and_notify(transaction, event, mail, user.email, Some(origin)).await?;
        self.after_ending(user.id, ended);
        let device_token = self.device_tokens.issue(ticket.user_id, generation, now)?;
        Ok(PasswordReset { ended_sessions: ended, device_token })
    }

    /// Restores an address that was replaced. The tickets of later changes are no longer valid.
    async fn take_address_back(
        &self,
        db: &impl ConnectionTrait,
        user: Uuid,
        email: &Email,
    ) -> Result<(), Failure<ResetPasswordRefusal>> {
        entity::reservation::remove_addresses(db, user).await?;
        let before = entity::user::find(db, user).await?.ok_or(TicketRejection::Outdated)?;
        let restored = entity::user::Model {
            email: Some(email.written.clone()),
            email_canonical: Some(email.canonical.clone()),
            email_verified_at: None,
            updated_at: self.clock.now(),
            ..before.clone()
        };
        // The reservation keeps other users from taking the address, but not an operator.
        let restored = entity::user::update(db, &before, restored).await;
        match restored.map_err(|error| (error.sql_err(), error)) {
            Ok(_) => Ok(()),
            Err((Some(SqlErr::UniqueConstraintViolation(_)), _)) => Err(TicketRejection::Outdated.into()),
            Err((_, error)) => Err(error.into()),
        }
    }
}
