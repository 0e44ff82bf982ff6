//! Checking a password, with all limits on guesses. The only place that compares a password with a stored hash.
//!
//! A guess is counted before its password is hashed, and taken back if the password is right. Both happen in a task that
//! completes even if the client has left: otherwise, users on a bad connection would lock themselves out with the right
//! password.

use std::sync::Arc;

use derive_more::From;
use sea_orm::{DatabaseConnection, DbErr};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    guess::{Account, Guess},
    stored_password,
};
use crate::{
    accounts::{
        Accounts,
        authentication::origin::Origin,
        error::{Failure, Fault, RetryAfter},
    },
    clock::Clock,
    database,
    entity::{password, user},
    secrets::{HashError, HashPermit, PasswordCheck, PasswordHasher},
    throttle::{Attempt, AttemptError, TooManyAttempts},
    trace,
};

/// What is needed to check a password, whether its client still waits or not.
struct Check {
    db: DatabaseConnection,
    clock: Clock,
    hasher: Arc<PasswordHasher>,
    permit: HashPermit,
    attempt: Attempt,
    account: Account,
    typed: SecretString,
}

/// Why a password was not checked.
#[derive(From)]
enum CheckError {
    Attempt(AttemptError),
    Hash(HashError),
    Database(DbErr),
}

impl Accounts {
    /// Compares a password with that of the account, and returns its row if it is right; `None` if it is wrong, if there is
    /// no such account, and if the user is disabled. All of these take the same time. Only wrong passwords count as
    /// attempts.
    ///
    /// To get the permit is the caller's first step, so that requests that wait for one do not query the database.
    pub(in crate::accounts) async fn check_password<R>(
        &self,
        permit: HashPermit,
        origin: &Origin,
        guess: Guess,
        typed: &SecretString,
    ) -> Result<Option<password::Model>, Failure<R>>
    where
        R: From<TooManyAttempts> + From<RetryAfter>,
    {
        let check = Check {
            db: self.db.clone(),
            clock: self.clock.clone(),
            hasher: Arc::clone(&self.hasher),
            permit,
            attempt: self.attempt_of(&guess, origin),
            account: guess.account,
            typed: typed.clone(),
        };
        match trace::spawn(check.run()).await.map_err(Fault::internal)? {
            Ok(right) => Ok(right),
            Err(CheckError::Attempt(error)) => self.report(Err(error), self.clock.now()).map(|()| None),
            Err(CheckError::Hash(error)) => Err(error.into()),
            Err(CheckError::Database(error)) => Err(error.into()),
        }
    }
}

impl Check {
    async fn run(self) -> Result<Option<password::Model>, CheckError> {
        let Self { db, clock, hasher, permit, attempt, account, typed } = self;
        attempt.count(&db, clock.now()).await?;

        // The same queries for every kind of account.
        let id = if let Account::User(id) = account { id } else { Uuid::nil() };
        let found = database::retry_read(|| user::with_password(&db, id)).await?;
        let highest_cost = database::retry_read(|| password::highest_cost(&db)).await?;
        let row = match account {
            Account::Pending(password) => Some(*password),
            Account::User(_) | Account::Unknown(_) => {
                found.filter(|(user, _)| user.disabled_at.is_none()).and_then(|(_, password)| password)
            }
        };

        let password = stored_password::to_compare(&typed, row.as_ref());
        let stored = row.as_ref().map(stored_password::stored);
        let check = permit.verify(password, stored, highest_cost).await?;
        let (Some(row), PasswordCheck::Correct { outdated }) = (row, check) else { return Ok(None) };

        database::retry_transaction(|| take_back(&db, &attempt, &clock)).await?;
        if outdated {
            rehash(db, hasher, row.clone(), &typed);
        }
        Ok(Some(row))
    }
}

async fn take_back(db: &DatabaseConnection, attempt: &Attempt, clock: &Clock) -> Result<(), DbErr> {
    let transaction = database::begin(db).await?;
    attempt.take_back(&transaction, clock.now()).await?;
    transaction.commit().await
}

/// Replaces a hash of another cost or system in the background. Nothing waits for it, and nothing is lost when the queue is
/// full or the server stops.
fn rehash(db: DatabaseConnection, hasher: Arc<PasswordHasher>, row: password::Model, typed: &SecretString) {
    let (password, truncates) = stored_password::to_keep(typed, &row);
    tokio::spawn(async move {
        let Ok(permit) = hasher.permit(None).await else { return };
        let result = if truncates { permit.hash_cut_off(password).await } else { permit.hash(password).await };
        let Ok(hash) = result else { return };
        let again = stored_password::chosen(row.user_id, hash, row.changed_at);
        if let Err(error) = database::retry_transaction(|| replace(&db, &row, again.clone())).await {
            tracing::warn!(target: "latchkey::hashing", %error, "a password was not rehashed");
        }
    });
}

/// Replaces a row, unless the user has chosen another password since.
async fn replace(db: &DatabaseConnection, row: &password::Model, new: password::Model) -> Result<(), DbErr> {
    let transaction = database::begin(db).await?;
    if password::lock_unchanged(&transaction, row).await?.is_some() {
        password::write(&transaction, new).await?;
    }
    transaction.commit().await
}
