//! Users of another system, brought along with the hashes of their passwords.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

use super::{
    imported::{Existing, Imported},
    rehearsal::Rehearsal,
};
use crate::{
    accounts::{Accounts, Admin, Fault, Violations, event::Event},
    database, entity,
    secrets::UnusableHash,
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
    UnusableHash(#[from] UnusableHash),
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

        let transaction = database::begin(&self.db).await?;
        let written = entity::user::insert_unless_taken(&transaction, rows).await?;
        // Of two with one id, the one that was written has these names, too.
        let mut written: HashSet<_> = written.iter().map(identity).collect();
        let is_new: Vec<bool> =
            users.iter().map(|user| user.as_ref().is_ok_and(|user| written.remove(&identity(&user.row)))).collect();
        let those = |new: bool| users.iter().zip(&is_new).filter(move |(_, is)| **is == new).flat_map(|(user, _)| user);
        entity::password::insert_all(&transaction, those(true).map(|user| user.password.clone()).collect()).await?;
        let existing = Existing::find(&transaction, those(false)).await?;
        transaction.commit().await?;

        let outcomes = users.into_iter().zip(is_new).map(|(user, is_new)| match user {
            Err(refusal) => Ok(ImportOutcome::Refused(refusal)),
            Ok(_) if is_new => Ok(ImportOutcome::Imported),
            Ok(user) => existing.outcome(&user).ok_or_else(gone),
        });
        outcomes.collect()
    }

    /// Says what would become of them. Nothing is written; the rehearsal remembers who came before.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn rehearse_import(
        &self,
        _: &Admin,
        rehearsal: &mut Rehearsal,
        users: &[ImportUser],
    ) -> Result<Vec<ImportOutcome>, Fault> {
        let now = self.clock.now();
        let users: Vec<_> = users.iter().map(|user| Imported::parse(user, now)).collect();
        let existing = database::asked_again(|| Existing::find(&self.db, users.iter().flatten())).await?;
        let outcomes = users.into_iter().map(|user| match user {
            Err(refusal) => ImportOutcome::Refused(refusal),
            Ok(user) => existing.outcome(&user).unwrap_or_else(|| rehearsal.outcome(&user)),
        });
        Ok(outcomes.collect())
    }

    /// Tells the log that an import is over, which brought so many users.
    pub fn imported(&self, admin: &Admin, users: u64) {
        self.record(Event::UsersImported { by: admin.id().map(|id| id.0), users });
    }
}

/// What is unique about a user.
fn identity(row: &entity::user::Model) -> (Uuid, Option<String>, Option<String>) {
    (row.id, row.email_canonical.clone(), row.username_canonical.clone())
}

/// Somebody was in the way of a user, and left meanwhile.
fn gone() -> Fault {
    let mut fault = Fault::internal("whoever was in the way of an imported user is gone");
    fault.temporary = true;
    fault
}
