//! A guess at a password: whose password it is, and which limits apply to it.
//!
//! Every name of an account leads to the same guess, so that all of them share one budget of guesses. What is queried and
//! returned is the same for names with and without an account.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, DbErr};
use secrecy::SecretString;
use uuid::Uuid;

use super::stored_password;
use crate::{
    accounts::{
        Accounts,
        authentication::{caller::Actor, origin::Origin},
        error::Failure,
        identifier::Identifier,
    },
    database,
    entity::{
        password, pending_registration,
        user::{self, Identified},
    },
    secrets::PasswordHash,
    throttle::{Attempt, KnownBy, LimitedAction, Requester, TooManyAttempts},
};

/// A guess that was not made yet.
#[derive(Debug)]
pub(in crate::accounts) struct Guess {
    pub(super) account: Account,
    client: Client,
}

/// The account whose password is guessed.
#[derive(Debug)]
pub(super) enum Account {
    /// A user.
    User(Uuid),
    /// A user to be, whose password is not in the table yet.
    Pending(Box<password::Model>),
    /// A name that no account has, in its canonical form.
    Unknown(String),
}

/// What the user is known by to have used before.
#[derive(Debug)]
enum Client {
    Unknown,
    Device(String),
    Session,
}

impl Guess {
    /// A guess at the password of a user, by a client that has shown nothing else of theirs.
    pub(in crate::accounts) fn at_user(user: Uuid) -> Self {
        Self { account: Account::User(user), client: Client::Unknown }
    }

    /// A guess at the password of a pending registration.
    pub(in crate::accounts) fn at_pending(registration: &pending_registration::Model, now: DateTime<Utc>) -> Self {
        let hash = PasswordHash { text: registration.password_hash.0.clone(), truncates: false };
        let password = stored_password::chosen(registration.id, hash, now);
        Self { account: Account::Pending(Box::new(password)), client: Client::Unknown }
    }

    /// A guess at the password of the actor. It counts for all of their sessions together, and only for those.
    pub(in crate::accounts) fn of(actor: &Actor) -> Self {
        Self { account: Account::User(actor.user().id.0), client: Client::Session }
    }

    /// The user whose password is guessed.
    pub(in crate::accounts) fn user(&self) -> Option<Uuid> {
        match &self.account {
            Account::User(id) => Some(*id),
            Account::Pending(_) | Account::Unknown(_) => None,
        }
    }
}

/// The text that identifies a user in their counters.
fn counted_for(user: Uuid) -> String {
    format!("id {user}")
}

impl Accounts {
    /// The guess of a client that typed this identifier. A device token of the user gives it a counter of its own; any
    /// other text is treated as none.
    pub(in crate::accounts) async fn guess_at<R: From<TooManyAttempts>>(
        &self,
        origin: &Origin,
        identifier: &Identifier,
        device_token: Option<&SecretString>,
    ) -> Result<Guess, Failure<R>> {
        let now = self.clock.now();
        let allowed = self.network_attempt(LimitedAction::Login, origin).check(&self.db, now).await;
        let found = database::retry_read(|| identifier.find(&self.db)).await?;

        let device = device_token.and_then(|token| self.device_tokens.decode(token, now));
        let device = device.filter(|device| {
            let owner = Identified { id: device.user, device_generation: device.generation };
            found == Some(owner)
        });
        // After the query, so that it is made for every client. The limits of the network are not for known devices.
        let client = match device {
            Some(device) => Client::Device(device.id.to_string()),
            None => self.report(allowed, now).map(|()| Client::Unknown)?,
        };
        let account = match found {
            Some(user) => Account::User(user.id),
            None => Account::Unknown(identifier.canonical().to_owned()),
        };
        Ok(Guess { account, client })
    }

    /// Forgets all guesses at a user's password, in the transaction in which the owner or an operator replaces it: they
    /// may have been made by another person. Makes all device tokens invalid, which that person may have, and returns the
    /// generation of the next ones.
    pub(in crate::accounts) async fn forget_guesses(&self, db: &DatabaseTransaction, user: Uuid) -> Result<i32, DbErr> {
        self.throttle.forget_guesses(db, &counted_for(user)).await?;
        user::forget_devices(db, user).await
    }

    /// The attempt that a guess counts as.
    pub(super) fn attempt_of(&self, guess: &Guess, origin: &Origin) -> Attempt {
        let account = match &guess.account {
            Account::User(id) => counted_for(*id),
            Account::Pending(password) => counted_for(password.user_id),
            Account::Unknown(name) => format!("name {name}"),
        };
        let (action, known_by) = match &guess.client {
            Client::Unknown => (LimitedAction::Login, KnownBy::Nothing),
            Client::Device(id) => (LimitedAction::Login, KnownBy::Device(id)),
            Client::Session => (LimitedAction::ChangePassword, KnownBy::Session),
        };
        self.throttle.attempt(action, Requester { account: Some(&account), address: origin.address, known_by })
    }
}
