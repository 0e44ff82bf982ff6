//! Logging in with an e-mail address or a username, and a password.

use std::sync::Arc;

use derive_more::From;
use sea_orm::{DatabaseConnection, DbErr};
use secrecy::SecretString;
use uuid::Uuid;

use super::{admission::Admitted, stored_password};
use crate::{
    accounts::{
        Accounts,
        authentication::{gate::Gate, origin::Origin},
        error::{Failure, Fault, RetryAfter},
        event::Event,
        identifier::{Identifier, email::Email},
        user::User,
    },
    database, entity,
    secrets::{PasswordCheck, PasswordHash},
    throttle::{Attempt, LimitedAction, Requester, TooManyAttempts},
};

/// The input of `login`.
#[derive(Debug)]
pub struct Login {
    /// An e-mail address or a username.
    pub identifier: String,
    /// The password.
    pub password: SecretString,
}

/// Why a login was refused.
#[derive(Debug, From)]
pub enum LoginRefusal {
    /// No such user, a wrong password, or a disabled user. Neither the answer nor its time reveals which.
    InvalidCredentials,
    /// The password is right, but the user has to verify their e-mail address first. The mail for it is on its way.
    EmailNotVerified,
    /// Too many failed logins from this network or with this identifier.
    TooManyAttempts(TooManyAttempts),
    /// Too many passwords are waiting to be verified.
    ServerBusy(RetryAfter),
}

/// Why a user with the right password is not admitted.
enum NotAdmitted {
    /// The password was changed meanwhile, or a gate is closed.
    Refused,
    /// The user has to verify their e-mail address first.
    Unverified(Box<User>),
}

impl Accounts {
    /// Logs a user in with their password.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal`].
    pub async fn login(&self, origin: &Origin, login: Login) -> Result<Admitted, Failure<LoginRefusal>> {
        let identifier = Identifier::parse(&login.identifier);
        // First, so that requests that wait for a permit do not query the database.
        let permit = self.hasher.permit(origin.network()).await?;
        let found = database::retry_read(|| identifier.find(&self.db)).await?;

        let familiar = self.is_familiar(found.as_ref().map(|(user, _)| user.id), origin).await?;
        let who = Requester { account: Some(identifier.canonical()), network: origin.network(), familiar };
        let attempt = self.throttle.attempt(LimitedAction::Login, who);
        self.count(&attempt).await?;

        let stored = found.as_ref().map(|(_, row)| stored_password::stored(row));
        let password = stored_password::to_compare(&login.password, found.as_ref().map(|(_, row)| row));
        let check = permit.verify(password, stored).await?;

        let (row, outdated) = match (found, check) {
            (Some((_, row)), PasswordCheck::Correct { outdated }) => (row, outdated),
            (found, PasswordCheck::Wrong | PasswordCheck::Correct { .. }) => {
                return self.refused(found.map(|(user, _)| user.id));
            }
        };

        let admitted = match database::retry_transaction(|| self.open_session_for(origin, &row, &attempt)).await? {
            Ok(admitted) => admitted,
            Err(NotAdmitted::Refused) => return self.refused(Some(row.user_id)),
            Err(NotAdmitted::Unverified(user)) => return self.unverified(&user, origin).await,
        };
        if outdated {
            self.rehash(row, &login.password);
        }
        Ok(admitted)
    }

    /// Opens a session for a user whose password is right, if it is still the one that was compared.
    async fn open_session_for(
        &self,
        origin: &Origin,
        row: &entity::password::Model,
        attempt: &Attempt,
    ) -> Result<Result<Admitted, NotAdmitted>, Fault> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        // A password change that commits between the comparison and the session makes this login fail.
        let user = entity::password::lock_unchanged(&transaction, row).await?;
        let Some(user) = user else { return Ok(Err(NotAdmitted::Refused)) };
        if user.unverified_until.is_some() && user.email_verified_at.is_none() && !self.policy.email_must_be_verified {
            entity::user::expire(&transaction, user.id, None).await?;
        }
        let user = User::from(user);
        let admitted = match self.admit(&transaction, user.clone(), origin, now).await {
            Ok(admitted) => admitted,
            Err(Failure::Refused(Gate::EmailNotVerified)) => {
                attempt.take_back(&transaction, now).await?;
                transaction.commit().await?;
                return Ok(Err(NotAdmitted::Unverified(Box::new(user))));
            }
            Err(Failure::Refused(Gate::Disabled | Gate::SessionEnded | Gate::SessionExpired)) => {
                return Ok(Err(NotAdmitted::Refused));
            }
            Err(Failure::Fault(fault)) => return Err(fault),
        };
        attempt.take_back(&transaction, now).await?;
        self.commit(transaction, Event::LoggedIn(row.user_id)).await?;
        self.admitted(&admitted);
        Ok(Ok(admitted))
    }

    /// The client knows the password, so it may learn what is missing. The mail counts against the usual limit.
    async fn unverified<T>(&self, user: &User, origin: &Origin) -> Result<T, Failure<LoginRefusal>> {
        self.log_event(Event::LoginFailed(Some(user.id.0)));
        if let Some(email) = user.email.as_deref().and_then(|email| Email::parse(email).ok()) {
            match self.send_verification::<LoginRefusal>(user, &email, origin).await {
                Ok(()) | Err(Failure::Refused(_)) => {}
                Err(Failure::Fault(fault)) => return Err(fault.into()),
            }
        }
        Err(Failure::Refused(LoginRefusal::EmailNotVerified))
    }

    fn refused<T>(&self, user: Option<Uuid>) -> Result<T, Failure<LoginRefusal>> {
        self.log_event(Event::LoginFailed(user));
        Err(Failure::Refused(LoginRefusal::InvalidCredentials))
    }

    /// Replaces a hash of another cost or system in the background. The login does not wait for it, and nothing is lost
    /// when the queue is full or the server stops.
    fn rehash(&self, row: entity::password::Model, typed: &SecretString) {
        let Some((password, truncates)) = stored_password::to_keep(typed, &row) else { return };
        let (db, hasher) = (self.db.clone(), Arc::clone(&self.hasher));
        tokio::spawn(async move {
            let Ok(permit) = hasher.permit(None).await else { return };
            let Ok(hash) = permit.hash(password).await else { return };
            let again = stored_password::chosen(row.user_id, PasswordHash { truncates, ..hash }, row.changed_at);
            if let Err(error) = database::retry_transaction(|| replace(&db, &row, again.clone())).await {
                tracing::warn!(target: "latchkey::hashing", %error, "a password was not rehashed");
            }
        });
    }
}

/// Replaces a row, unless the user has chosen another password since.
async fn replace(
    db: &DatabaseConnection,
    row: &entity::password::Model,
    new: entity::password::Model,
) -> Result<(), DbErr> {
    let transaction = database::begin(db).await?;
    if entity::password::lock_unchanged(&transaction, row).await?.is_some() {
        entity::password::write(&transaction, new).await?;
    }
    transaction.commit().await
}
