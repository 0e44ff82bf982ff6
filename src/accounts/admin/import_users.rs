//! Users of another system, brought along with the hashes of their passwords.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

use super::imported::{Existing, Imported};
use crate::{
    accounts::{Accounts, caller::Admin, error::Fault, event::Event, validation::form::Violations},
    database, entity,
    secrets::ImportedHashError,
};

/// A user as another system knows them.
#[derive(Debug)]
pub struct ImportUser {
    /// Their id there, to be kept.
    pub id: Option<Uuid>,
    /// Their e-mail address.
    pub email: Option<String>,
    /// Their username. An e-mail address, where there is no other, is taken for one.
    pub username: Option<String>,
    /// What others may call them.
    pub display_name: Option<String>,
    /// The hash of their password.
    pub password_hash: Option<SecretString>,
    /// When they registered there.
    pub created_at: Option<DateTime<Utc>>,
    /// Whether they showed that the address is theirs.
    pub email_verified: bool,
    /// Whether they may not enter.
    pub disabled: bool,
}

/// What became of one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// They are a user now.
    Imported,
    /// They were before, with the same identifiers and the same password.
    AlreadyThere,
    /// They are not.
    Refused(ImportRefusal),
}

/// Why a user was not taken. Shows nothing of them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportRefusal {
    /// Nothing to log in with.
    #[error("there is neither an e-mail address nor a username")]
    NoIdentifier,
    /// Nothing to prove it with.
    #[error("there is no password hash")]
    NoPassword,
    /// The hash is of no use.
    #[error("{0}")]
    UnusableHash(#[from] ImportedHashError),
    /// What everybody has to fill in right is not.
    #[error("{0}")]
    ValidationFailed(Violations),
    /// The id is the one that is nobody's.
    #[error("the id is all zeros, which is nobody's")]
    NilId,
    /// Another user has the id.
    #[error("another user has this id")]
    IdTaken,
    /// Another user has the address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// Another user has the username.
    #[error("another user has this username")]
    UsernameTaken,
    /// The user is there, and neither password is known to be the right one.
    #[error("this user is there already, with another password")]
    OtherPassword,
}

impl Accounts {
    /// Brings users along, in one transaction, and says of each what became of them, in their order. Those whom somebody is
    /// in the way of, before them in the list for one, are left out; nobody is changed.
    ///
    /// # Errors
    ///
    /// A [`Fault`]; then nobody is there who was not before.
    pub async fn import_users(&self, _: &Admin, users: &[ImportUser]) -> Result<Vec<ImportOutcome>, Fault> {
        let now = self.clock.now();
        let users: Vec<_> = users.iter().map(|user| Imported::parse(user, now)).collect();
        let rows: Vec<_> = users.iter().flatten().map(|user| user.row.clone()).collect();
        if rows.is_empty() {
            return Ok(users.into_iter().filter_map(Result::err).map(ImportOutcome::Refused).collect());
        }
        database::retry_transaction(|| self.insert_imported(&users, rows.clone())).await
    }

    async fn insert_imported(
        &self,
        users: &[Result<Imported, ImportRefusal>],
        rows: Vec<entity::user::Model>,
    ) -> Result<Vec<ImportOutcome>, Fault> {
        let transaction = database::begin(&self.db).await?;
        let written = entity::user::insert_unless_taken(&transaction, rows).await?;
        // Of two with one id, the one that was written has these names, too.
        let mut written: HashSet<_> = written.iter().map(identity).collect();
        let parsed = || users.iter().enumerate().filter_map(|(at, user)| Some((at, user.as_ref().ok()?)));
        let new = parsed().filter(|(_, user)| written.remove(&identity(&user.row)));
        let places: HashMap<Uuid, usize> = new.map(|(at, user)| (user.row.id, at)).collect();

        let is_new = |at: usize, user: &Imported| places.get(&user.row.id) == Some(&at);
        let passwords =
            parsed().filter(|(at, user)| is_new(*at, user)).map(|(_, user)| user.password.clone()).collect();
        entity::password::insert_all(&transaction, passwords).await?;
        let others = parsed().filter(|(at, user)| !is_new(*at, user)).map(|(_, user)| user);
        let existing = Existing::find(&transaction, others).await?;
        transaction.commit().await?;

        let outcomes = users.iter().enumerate().map(|(at, user)| match user {
            Err(refusal) => Ok(ImportOutcome::Refused(refusal.clone())),
            Ok(user) if is_new(at, user) => Ok(ImportOutcome::Imported),
            // Who came later in this list is in nobody's way.
            Ok(user) => existing.outcome(user, |id| places.get(&id).is_none_or(|other| *other < at)).ok_or_else(gone),
        });
        outcomes.collect()
    }

    /// Writes down that an import is over, which brought so many users.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn imported(&self, admin: &Admin, users: u64) -> Result<(), Fault> {
        let transaction = database::begin(&self.db).await?;
        Ok(self.commit(transaction, Event::UsersImported { by: admin.id().map(|id| id.0), users }).await?)
    }
}

/// What is unique about a user.
fn identity(row: &entity::user::Model) -> (Uuid, Option<String>, Option<String>) {
    (row.id, row.email_canonical.clone(), row.username_canonical.clone())
}

/// Somebody was in the way of a user, and left meanwhile.
fn gone() -> Fault {
    Fault::temporary("whoever was in the way of an imported user is gone")
}
