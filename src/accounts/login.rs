//! Coming in with an e-mail address or a username, and a password.

use sea_orm::{ConnectionTrait, DbErr};
use secrecy::SecretString;

use super::{
    Accounts, Entered, Failure, Origin, RetryAfter, User, email::Email, entrance::closed_gate, password,
    username::Username,
};
use crate::{
    database, entity,
    secrets::{PasswordHash, Verdict},
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

        let (user, row, outdated) = match (found, verdict) {
            (Some((user, row)), Verdict::Right { outdated }) => (User::from(user), row, outdated),
            (Some(_) | None, Verdict::Wrong) | (None, Verdict::Right { .. }) => return refused(),
        };
        if closed_gate(&user).is_some() {
            return refused();
        }
        // Worth doing, not worth refusing a login for when many wait.
        let again = if outdated { self.hasher.hash(password).await.ok() } else { None };

        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        if !hold(&transaction, row, again).await? {
            return refused();
        }
        let entered = self.admit(&transaction, user, origin, now).await?;
        transaction.commit().await?;
        Ok(entered)
    }
}

/// Keeps the password that was proven as it is until the session stands, so that a change of password that comes
/// between the two ends this session, too; false when it came before. Hashed again, it is stored at today's cost.
async fn hold(
    db: &impl ConnectionTrait,
    row: entity::password::Model,
    again: Option<PasswordHash>,
) -> Result<bool, DbErr> {
    match again {
        None => entity::password::hold(db, row).await,
        Some(hash) => {
            let again = password::chosen(row.user_id, hash, row.changed_at);
            entity::password::replace(db, &row.hash, again).await
        }
    }
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
