//! Verifying an e-mail address with a ticket, or completing a registration with it.

use derive_more::From;
use sea_orm::ConnectionTrait;
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    accounts::{
        Accounts,
        authentication::caller::Actor,
        error::Failure,
        event::Event,
        identifier::email::Email,
        login::stored_password,
        policy::Registration,
        ticket::{TicketRejection, check_owner, sent_to},
        user::User,
    },
    database,
    entity::{
        password, pending_registration,
        ticket::{self, Purpose},
        user,
    },
    secrets::PasswordHash,
};

/// Why the address was not verified.
#[derive(Debug, From)]
pub enum VerifyEmailRefusal {
    /// The ticket is not valid.
    Rejected(TicketRejection),
    /// Another user has registered with this address since.
    EmailTaken,
}

impl Accounts {
    /// Uses a ticket that was sent to an address. A pending registration becomes a user. Opens no session.
    ///
    /// # Errors
    ///
    /// [`VerifyEmailRefusal`]; the ticket remains valid then.
    pub async fn verify_email(
        &self,
        caller: Option<&Actor>,
        token: &SecretString,
    ) -> Result<User, Failure<VerifyEmailRefusal>> {
        let purposes: &[_] = match self.policy.registration {
            Registration::Open | Registration::Confirm => &[Purpose::VerifyEmail, Purpose::Register],
            Registration::Closed => &[Purpose::VerifyEmail],
        };
        let ticket = self.find_ticket(token, purposes).await?;
        check_owner(&ticket, caller.map(|actor| actor.user().id.0))?;
        let email = sent_to(&ticket)?;
        database::retry_transaction(|| self.use_email_ticket(&ticket, &email)).await
    }

    async fn use_email_ticket(
        &self,
        ticket: &ticket::Model,
        email: &Email,
    ) -> Result<User, Failure<VerifyEmailRefusal>> {
        let transaction = database::begin(&self.db).await?;
        self.use_ticket(&transaction, ticket).await?;
        let (user, event) = if ticket.purpose == Purpose::Register {
            (self.complete_registration(&transaction, ticket.user_id).await?, Event::Registered(ticket.user_id))
        } else {
            let now = self.clock.now();
            let user = user::verify_email(&transaction, ticket.user_id, &email.canonical, now).await?;
            (user.ok_or(TicketRejection::Outdated)?, Event::EmailVerified(ticket.user_id))
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
    ) -> Result<user::Model, Failure<VerifyEmailRefusal>> {
        let now = self.clock.now();
        let registration = pending_registration::find(db, id).await?.ok_or(TicketRejection::Expired)?;
        let user = user::Model {
            email: Some(registration.email),
            email_canonical: Some(registration.email_canonical),
            username: registration.username,
            username_canonical: registration.username_canonical,
            display_name: registration.display_name,
            email_verified_at: Some(now),
            ..user::Model::new(id, now)
        };
        let nameless = user::Model { username: None, username_canonical: None, ..user.clone() };
        let user = match insert(db, user).await? {
            Some(user) => user,
            None => insert(db, nameless).await?.ok_or(Failure::Refused(VerifyEmailRefusal::EmailTaken))?,
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
