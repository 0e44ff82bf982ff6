//! Coming in with an e-mail address or a username, and a password.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, EntityTrait};
use secrecy::SecretString;

use super::{Accounts, Entered, Failure, Origin, RetryAfter, email::Email, password, username::Username};
use crate::{database, entity, secrets::Verdict};

/// What a login form holds.
#[derive(Debug)]
pub struct Login {
    /// An e-mail address or a username.
    pub identifier: String,
    /// The proof.
    pub password: SecretString,
}

/// Why nobody was let in.
#[derive(Debug)]
pub enum LoginRefusal {
    /// No such user, not this password, or not let in: which of them, nobody hears, not even from the clock.
    InvalidCredentials,
    /// Too many tries from there, or at this.
    TooManyAttempts(RetryAfter),
    /// Too many wait for their password to be checked.
    ServerBusy(RetryAfter),
}

type Found = (entity::user::Model, entity::password::Model);

impl Accounts {
    /// Lets a user in who knows their password.
    ///
    /// # Errors
    ///
    /// [`LoginRefusal`].
    pub async fn login(&self, origin: &Origin, login: Login) -> Result<Entered, Failure<LoginRefusal>> {
        let password = password::normal(&login.password);
        let found = database::asked_again(|| find(&self.db, &login.identifier)).await?;
        let stored = found.as_ref().map(|(_, row)| password::stored(row));

        let verdict = self.hasher.verify(password.clone(), stored).await?;

        let (row, outdated) = match (found, verdict) {
            (Some((_, row)), Verdict::Right { outdated }) => (row, outdated),
            (Some(_) | None, Verdict::Wrong) | (None, Verdict::Right { .. }) => return refused(),
        };

        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        // A change of password that comes between the proof and the session ends this session, too.
        if !entity::password::hold(&transaction, &row).await? {
            return refused();
        }
        let user = entity::user::Entity::find_by_id(row.user_id).one(&transaction).await?;
        let Some(user) = user else { return refused() };
        let entered = self.admit(&transaction, user.into(), origin, now).await;
        let entered = entered.map_err(|failure| failure.map(|_gate| LoginRefusal::InvalidCredentials))?;
        transaction.commit().await?;

        if outdated {
            self.hash_again(row, password);
        }
        Ok(entered)
    }

    /// Gives a password that was stored at another cost today's, in its own time: the login is over, and nothing is lost
    /// when many wait or the server stops.
    fn hash_again(&self, row: entity::password::Model, password: SecretString) {
        let (db, hasher) = (self.db.clone(), Arc::clone(&self.hasher));
        tokio::spawn(async move {
            let Ok(hash) = hasher.hash(password).await else { return };
            let again = password::chosen(row.user_id, hash, row.changed_at);
            if let Err(error) = replace(&db, &row, again).await {
                tracing::warn!(%error, "a password was not hashed again");
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
    if entity::password::hold(&transaction, row).await? {
        entity::password::write(&transaction, new).await?;
    }
    transaction.commit().await
}

/// The user behind an identifier, and their password. What can be no identifier is nobody's.
async fn find(db: &impl ConnectionTrait, identifier: &str) -> Result<Option<Found>, DbErr> {
    let (column, canonical) = match (Email::parse(identifier), Username::parse(identifier)) {
        (Ok(email), _) => (entity::user::Column::EmailCanonical, email.canonical),
        (Err(_), Ok(username)) => (entity::user::Column::UsernameCanonical, username.canonical),
        (Err(_), Err(_)) => return Ok(None),
    };
    let found = entity::user::with_password(db, column, &canonical).await?;
    Ok(found.and_then(|(user, password)| Some((user, password?))))
}

fn refused<T>() -> Result<T, Failure<LoginRefusal>> {
    Err(Failure::Refused(LoginRefusal::InvalidCredentials))
}

impl From<RetryAfter> for LoginRefusal {
    fn from(retry_after: RetryAfter) -> Self {
        Self::ServerBusy(retry_after)
    }
}
