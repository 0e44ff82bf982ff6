//! Coming in with an e-mail address or a username, and a password.

use std::sync::Arc;

use derive_more::From;
use sea_orm::{DatabaseConnection, DbErr};
use secrecy::SecretString;
use uuid::Uuid;

use super::{admission::Admitted, stored_password};
use crate::{
    accounts::{
        Accounts,
        authentication::gate::Gate,
        error::{Failure, Fault, RetryAfter},
        event::Event,
        identifier::{Identifier, email::Email},
        origin::Origin,
        user::User,
    },
    database, entity,
    secrets::{PasswordCheck, PasswordHash},
    throttle::{Attempt, LimitedAction, Requester, TooManyAttempts},
};

/// What a login form holds.
#[derive(Debug)]
pub struct Login {
    /// An e-mail address or a username.
    pub identifier: String,
    /// The proof.
    pub password: SecretString,
}

/// Why nobody was let in.
#[derive(Debug, From)]
pub enum LoginRefusal {
    /// No such user, not this password, or not let in: which of them, nobody hears, not even from the clock.
    InvalidCredentials,
    /// The right password, and not yet the proof that the address is theirs; the mail for it is on its way.
    EmailNotVerified,
    /// Too many failures from there, or at this.
    TooManyAttempts(TooManyAttempts),
    /// Too many wait for their password to be checked.
    ServerBusy(RetryAfter),
}

/// Why a user with the right password is not let in.
enum NotAdmitted {
    /// The password was replaced meanwhile, or the user may not enter.
    Refused,
    /// The user has to show first that the address is theirs.
    Unverified(Box<User>),
}

impl Accounts {
    /// Lets a user in who knows their password.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal`].
    pub async fn login(&self, origin: &Origin, login: Login) -> Result<Admitted, Failure<LoginRefusal>> {
        let identifier = Identifier::parse(&login.identifier);
        // First of all: a crowd that waits asks the database nothing.
        let permit = self.hasher.permit(origin.network()).await?;
        let found = database::asked_again(|| identifier.find(&self.db)).await?;

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

        let entered = match database::retry_transaction(|| self.enter(origin, &row, &attempt)).await? {
            Ok(entered) => entered,
            Err(NotAdmitted::Refused) => return self.refused(Some(row.user_id)),
            Err(NotAdmitted::Unverified(user)) => return self.unverified(&user, origin).await,
        };
        if outdated {
            self.hash_again(row, &login.password);
        }
        Ok(entered)
    }

    /// Opens a session for a user whose password is right, if it is still the one that was compared.
    async fn enter(
        &self,
        origin: &Origin,
        row: &entity::password::Model,
        attempt: &Attempt,
    ) -> Result<Result<Admitted, NotAdmitted>, Fault> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        // A change of password that comes between the proof and the session ends this session, too.
        let user = entity::password::lock_unchanged(&transaction, row).await?;
        let Some(user) = user else { return Ok(Err(NotAdmitted::Refused)) };
        let user = User::from(user);
        let entered = match self.admit(&transaction, user.clone(), origin, now).await {
            Ok(entered) => entered,
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
        self.admitted(&entered);
        Ok(Ok(entered))
    }

    /// Whoever knows the password may hear what is missing, and gets it. No more mails than anybody gets.
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

    /// Gives a password that was stored at another cost, or by another system, a hash of today's, in its own time: the
    /// login is over, and nothing is lost when many wait or the server stops.
    fn hash_again(&self, row: entity::password::Model, typed: &SecretString) {
        let Some((password, truncates)) = stored_password::to_keep(typed, &row) else { return };
        let (db, hasher) = (self.db.clone(), Arc::clone(&self.hasher));
        tokio::spawn(async move {
            let Ok(permit) = hasher.permit(None).await else { return };
            let Ok(hash) = permit.hash(password).await else { return };
            let again = stored_password::chosen(row.user_id, PasswordHash { truncates, ..hash }, row.changed_at);
            if let Err(error) = database::retry_transaction(|| replace(&db, &row, again.clone())).await {
                tracing::warn!(target: "latchkey::hashing", %error, "a password was not hashed again");
            }
        });
    }
}

/// Puts one row in the place of another, unless the user has chosen another password since.
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
