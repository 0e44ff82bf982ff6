//! Verifying an e-mail address with a ticket, or completing a registration with it.

use derive_more::From;
use sea_orm::ConnectionTrait;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::{Failure, RetryAfter},
        event::Event,
        identifier::{email::Email, reservation::reserved, username::Username},
        login::{guess::Guess, reauthenticate::WrongPassword, stored_password},
        policy::Registration,
        ticket::{TicketRejection, sent_to},
        user::User,
    },
    database,
    entity::{
        password, pending_registration,
        ticket::{self, Purpose},
        user,
    },
    secrets::PasswordHash,
    throttle::TooManyAttempts,
};

/// The input of `verify_email`.
#[derive(Debug)]
pub struct VerifyEmail {
    /// The ticket, which proves access to the mailbox.
    pub token: SecretString,
    /// The password of the account, or the one that was chosen at the registration. Not needed by a caller who is logged
    /// in to the account.
    pub password: Option<SecretString>,
}

/// Why the address was not verified.
#[derive(Debug, From)]
pub enum VerifyEmailRefusal {
    /// The ticket is not valid.
    Rejected(TicketRejection),
    /// The caller is not logged in to the account, and the password is absent or wrong.
    InvalidCredentials(WrongPassword),
    /// Another user has registered with this address since.
    EmailTaken,
    /// Too many wrong passwords.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

impl Accounts {
    /// Uses a ticket that was sent to an address. A pending registration becomes a user. Opens no session.
    ///
    /// A ticket proves access to the mailbox, and nothing else. The password of the account may have been chosen by another
    /// person who registered with this address, so the caller must also know the password, or be logged in.
    ///
    /// # Errors
    ///
    /// [`VerifyEmailRefusal`]; the ticket remains valid then.
    pub async fn verify_email(
        &self,
        caller: Option<&Actor>,
        origin: &Origin,
        verify: VerifyEmail,
    ) -> Result<User, Failure<VerifyEmailRefusal>> {
        let purposes: &[_] = match self.policy.registration {
            Registration::Open | Registration::Confirm => &[Purpose::VerifyEmail, Purpose::Register],
            Registration::Closed => &[Purpose::VerifyEmail],
        };
        let ticket = self.find_ticket(&verify.token, purposes).await?;
        let email = sent_to(&ticket)?;
        let is_logged_in = caller.is_some_and(|actor| actor.user().id.0 == ticket.user_id);
        let row = if is_logged_in { None } else { self.check_owner_password(&ticket, origin, verify.password).await? };
        database::retry_transaction(|| self.use_email_ticket(&ticket, &email, row.as_ref())).await
    }

    /// Compares a password with that of the ticket's user, whose row is returned, or of its pending registration.
    async fn check_owner_password(
        &self,
        ticket: &ticket::Model,
        origin: &Origin,
        typed: Option<SecretString>,
    ) -> Result<Option<password::Model>, Failure<VerifyEmailRefusal>> {
        let typed = typed.filter(|typed| !typed.expose_secret().is_empty());
        let typed = typed.ok_or(Failure::Refused(VerifyEmailRefusal::InvalidCredentials(WrongPassword)))?;
        let guess = if ticket.purpose == Purpose::Register {
            let registration = database::retry_read(|| pending_registration::find(&self.db, ticket.user_id)).await?;
            let registration = registration.ok_or(TicketRejection::Expired)?;
            Guess::at_pending(&registration, self.clock.now())
        } else {
            Guess::at_user(ticket.user_id)
        };
        let failed = Event::WrongPassword { user: ticket.user_id, operation: "verify_email" };
        let permit = self.hasher.permit(origin.network()).await?;
        let row = self.require_password(permit, guess, origin, &typed, failed).await?;
        Ok(Some(row).filter(|_| ticket.purpose != Purpose::Register))
    }

    async fn use_email_ticket(
        &self,
        ticket: &ticket::Model,
        email: &Email,
        row: Option<&password::Model>,
    ) -> Result<User, Failure<VerifyEmailRefusal>> {
        let transaction = database::begin(&self.db).await?;
        if let Some(row) = row
            && password::lock_unchanged(&transaction, row).await?.is_none()
        {
            // Another request changed the password first.
            return Err(Failure::Refused(VerifyEmailRefusal::InvalidCredentials(WrongPassword)));
        }
        self.use_ticket(&transaction, ticket).await?;
        let (user, event) = if ticket.purpose == Purpose::Register {
            (self.complete_registration(&transaction, ticket.user_id, email).await?, Event::Registered(ticket.user_id))
        } else {
            let now = self.clock.now();
            let user = user::verify_email(&transaction, ticket.user_id, email.forms(), now).await?;
            let user = user.filter(|user| user.disabled_at.is_none()).ok_or(TicketRejection::Outdated)?;
            (user, Event::EmailVerified(ticket.user_id))
        };
        self.commit(transaction, event).await?;
        Ok(user.into())
    }

    /// Creates the user of a pending registration. If another user has taken the username meanwhile, the new user has
    /// none and logs in with the address.
    async fn complete_registration(
        &self,
        db: &impl ConnectionTrait,
        id: Uuid,
        email: &Email,
    ) -> Result<user::Model, Failure<VerifyEmailRefusal>> {
        let now = self.clock.now();
        let registration = pending_registration::find(db, id).await?.ok_or(TicketRejection::Expired)?;
        if !email.is_same_as(Some(&registration.email)) {
            return Err(TicketRejection::Outdated.into());
        }
        if email.is_taken_formerly(db, id).await? {
            return Err(Failure::Refused(VerifyEmailRefusal::EmailTaken));
        }
        let nameless = user::Model {
            email: Some(registration.email),
            email_canonical: Some(email.canonical.clone()),
            display_name: registration.display_name,
            email_verified_at: Some(now),
            ..user::Model::new(id, now)
        };
        let mut user = nameless.clone();
        if let Some(name) = registration.username.as_deref().and_then(|name| Username::parse(name).ok())
            && !name.is_taken(db).await?
        {
            Username::put(Some(name), &mut user);
        }
        let user = match insert(db, user).await? {
            Some(user) => user,
            None => insert(db, nameless.clone()).await?.ok_or(Failure::Refused(VerifyEmailRefusal::EmailTaken))?,
        };
        if reserved(db, user.email_canonical.as_deref(), id, now).await?.is_some() {
            return Err(Failure::Refused(VerifyEmailRefusal::EmailTaken));
        }
        let user = match reserved(db, user.username_canonical.as_deref(), id, now).await? {
            Some(_) => user::update(db, &user, nameless).await?,
            None => user,
        };
        let hash = PasswordHash { text: registration.password_hash.0, truncates: false };
        password::insert(db, stored_password::chosen(id, hash, now)).await?;
        pending_registration::remove(db, id).await?;
        Ok(user)
    }
}

/// Inserts the user, unless an identifier is taken.
async fn insert(db: &impl ConnectionTrait, user: user::Model) -> Result<Option<user::Model>, sea_orm::DbErr> {
    Ok(user::insert_unless_taken(db, vec![user]).await?.into_iter().next())
}
