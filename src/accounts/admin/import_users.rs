//! Importing users of another system together with their password hashes.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use thiserror::Error;
use uuid::Uuid;

use super::imported::{Existing, Imported, reserved};
use crate::{
    accounts::{Accounts, authentication::caller::Admin, error::Fault, event::Event, validation::form::Violations},
    database, entity,
    secrets::ImportedHashError,
};

/// A user as another system exports them.
#[derive(Debug)]
pub struct ImportUser {
    /// The id in the other system, which the user keeps.
    pub id: Option<Uuid>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The username. If it is an e-mail address and there is no other one, it becomes the e-mail address.
    pub username: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// The hash of the password.
    pub password_hash: Option<SecretString>,
    /// When the user registered there.
    pub created_at: Option<DateTime<Utc>>,
    /// Whether the user has verified the e-mail address.
    pub email_verified: bool,
    /// Whether the user is disabled.
    pub disabled: bool,
}

/// What happens to a user whose password hash takes more than a second to check on this machine. Once there is one, every
/// failed login takes as long, so that the time does not reveal who has which hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlowHashes {
    /// The user is refused.
    Refuse,
    /// The user is imported.
    Accept,
}

/// The outcome of importing one user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportOutcome {
    /// The user was created.
    Imported,
    /// The user already existed, with the same identifiers and the same password.
    AlreadyExists,
    /// The user was not imported.
    Refused(ImportRefusal),
}

/// Why a user was not imported. Contains no data of the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ImportRefusal {
    /// The row has neither an e-mail address nor a username.
    #[error("there is neither an e-mail address nor a username")]
    NoIdentifier,
    /// The row has no password hash.
    #[error("there is no password hash")]
    NoPassword,
    /// The hash cannot be verified.
    #[error("{0}")]
    UnusableHash(#[from] ImportedHashError),
    /// To check a password against the hash takes too long.
    #[error("the password hash has cost {cost}, and checking it takes more than a second on this machine")]
    SlowHash {
        /// The cost of the hash.
        cost: u32,
    },
    /// An identifier or the display name breaks a rule.
    #[error("{0}")]
    ValidationFailed(Violations),
    /// The id is the nil UUID, which no user may have.
    #[error("the id is the nil UUID, which no user may have")]
    NilId,
    /// Another user has this id.
    #[error("another user has this id")]
    IdTaken,
    /// Another user has this e-mail address.
    #[error("another user has this e-mail address")]
    EmailTaken,
    /// Another user has this username.
    #[error("another user has this username")]
    UsernameTaken,
    /// The user exists with another password, and it is unknown which of the two is right.
    #[error("a user with these identifiers exists, with another password")]
    OtherPassword,
}

impl Accounts {
    /// Imports users in one transaction and returns one outcome per user, in order. Existing users are never changed.
    ///
    /// # Errors
    ///
    /// A [`Fault`]; then no user was imported.
    pub async fn import_users(
        &self,
        _: &Admin,
        slow_hashes: SlowHashes,
        users: &[ImportUser],
    ) -> Result<Vec<ImportOutcome>, Fault> {
        let now = self.clock.now();
        let max_cost = self.max_imported_cost(slow_hashes);
        let users: Vec<_> = users.iter().map(|user| Imported::parse(user, max_cost, now)).collect();
        database::retry_transaction(|| self.insert_imported(&users)).await
    }

    /// The highest cost of a hash that is imported.
    pub(super) fn max_imported_cost(&self, slow_hashes: SlowHashes) -> u32 {
        match slow_hashes {
            SlowHashes::Refuse => *self.highest_quick_cost.get_or_init(|| self.hasher.highest_quick_cost()),
            SlowHashes::Accept => u32::MAX,
        }
    }

    async fn insert_imported(&self, users: &[Result<Imported, ImportRefusal>]) -> Result<Vec<ImportOutcome>, Fault> {
        let now = self.clock.now();
        let transaction = database::begin(&self.db).await?;
        let unconverted = Existing::find_unconverted(&transaction, users.iter().flatten()).await?;
        let reserved = reserved(&transaction, users.iter().flatten().map(|user| &user.row), now).await?;
        let is_free = |name: &Option<String>, id| {
            name.as_ref().and_then(|name| reserved.get(name)).is_none_or(|holder| *holder == id)
        };
        let rows = users.iter().flatten().filter(|user| unconverted.outcome(user, |_| true).is_none());
        let rows = rows.map(|user| &user.row);
        let rows = rows.filter(|row| is_free(&row.email_canonical, row.id) && is_free(&row.username_canonical, row.id));
        let rows = rows.cloned().collect();
        let written = entity::user::insert_unless_taken(&transaction, rows).await?;
        // Of two rows with one id, only the one that was written has these identifiers.
        let mut written: HashSet<_> = written.iter().map(identity).collect();
        let parsed = || users.iter().enumerate().filter_map(|(at, user)| Some((at, user.as_ref().ok()?)));
        let new = parsed().filter(|(_, user)| written.remove(&identity(&user.row)));
        let places: HashMap<Uuid, usize> = new.map(|(at, user)| (user.row.id, at)).collect();

        let is_new = |at: usize, user: &Imported| places.get(&user.row.id) == Some(&at);
        let passwords =
            parsed().filter(|(at, user)| is_new(*at, user)).map(|(_, user)| user.password.clone()).collect();
        entity::password::insert_all(&transaction, passwords).await?;
        let others = parsed().filter(|(at, user)| !is_new(*at, user)).map(|(_, user)| user);
        let existing = Existing::find(&transaction, others, now).await?;
        transaction.commit().await?;

        let outcomes = users.iter().enumerate().map(|(at, user)| match user {
            Err(refusal) => Ok(ImportOutcome::Refused(refusal.clone())),
            Ok(user) if is_new(at, user) => Ok(ImportOutcome::Imported),
            // A user later in this list conflicts with no earlier one.
            Ok(user) => existing
                .outcome(user, |id| places.get(&id).is_none_or(|other| *other < at))
                .ok_or_else(conflict_removed),
        });
        outcomes.collect()
    }

    /// Records that an import has ended, and how many users it created.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn imported(&self, admin: &Admin, users: u64) -> Result<(), Fault> {
        let transaction = database::begin(&self.db).await?;
        Ok(self.commit(transaction, Event::UsersImported { by: admin.id().map(|id| id.0), users }).await?)
    }
}

/// The values of a user that are unique.
fn identity(row: &entity::user::Model) -> (Uuid, Option<String>, Option<String>) {
    (row.id, row.email_canonical.clone(), row.username_canonical.clone())
}

/// A conflicting user was removed during the import.
fn conflict_removed() -> Fault {
    Fault::temporary("a user who conflicted with an imported one was removed meanwhile")
}
