//! The dry run of an import: it remembers earlier users of the same source, so duplicates get the outcome of a real
//! import.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, RandomState},
};

use super::{
    import_users::{ImportOutcome, ImportRefusal, ImportUser, SlowHashes},
    imported::{Existing, Imported},
};
use crate::{
    accounts::{Accounts, authentication::caller::Admin, error::Fault},
    database,
};

/// Remembers a fingerprint of each identifier and id that an import would use: 20 to 40 bytes each.
#[derive(Debug, Default)]
pub struct DryRun {
    seen: HashMap<u64, Fingerprint>,
    hasher: RandomState,
}

/// The fingerprint of a user and of their password. Half of a hash each is enough to choose the reason of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fingerprint {
    who: u32,
    password: u32,
}

impl Accounts {
    /// Returns the outcome that an import of these users would have. Writes nothing.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn check_import(
        &self,
        _: &Admin,
        dry_run: &mut DryRun,
        slow_hashes: SlowHashes,
        users: &[ImportUser],
    ) -> Result<Vec<ImportOutcome>, Fault> {
        let now = self.clock.now();
        let max_cost = self.max_imported_cost(slow_hashes);
        let users: Vec<_> = users.iter().map(|user| Imported::parse(user, max_cost, now)).collect();
        let existing = database::retry_read(|| Existing::find(&self.db, users.iter().flatten(), now)).await?;
        let outcomes = users.into_iter().map(|user| match user {
            Err(refusal) => ImportOutcome::Refused(refusal),
            Ok(user) => existing.outcome(&user, |_| true).unwrap_or_else(|| dry_run.outcome(&user)),
        });
        Ok(outcomes.collect())
    }
}

impl DryRun {
    /// The outcome for a user who conflicts with no user in the database.
    pub(super) fn outcome(&mut self, user: &Imported) -> ImportOutcome {
        let row = &user.row;
        let id = user.keeps_id.then_some(row.id);
        let names = (id, &row.email_canonical, &row.username_canonical);
        let own = Fingerprint { who: self.half(&names), password: self.half(&user.password.hash.0) };
        let keys = [
            (id.map(|id| self.hasher.hash_one(("id", id))), ImportRefusal::IdTaken),
            (
                row.email_canonical.as_ref().map(|email| self.hasher.hash_one(("email", email))),
                ImportRefusal::EmailTaken,
            ),
            (
                row.username_canonical.as_ref().map(|name| self.hasher.hash_one(("username", name))),
                ImportRefusal::UsernameTaken,
            ),
            (
                row.username_skeleton.as_ref().map(|skeleton| self.hasher.hash_one(("skeleton", skeleton))),
                ImportRefusal::UsernameTaken,
            ),
        ];

        let before = keys.iter().find_map(|(key, refusal)| Some((self.seen.get(&(*key)?)?, refusal)));
        match before {
            Some((before, _)) if *before == own => ImportOutcome::AlreadyExists,
            Some((before, _)) if before.who == own.who => ImportOutcome::Refused(ImportRefusal::OtherPassword),
            Some((_, refusal)) => ImportOutcome::Refused(refusal.clone()),
            None => {
                self.seen.extend(keys.iter().filter_map(|(key, _)| Some(((*key)?, own))));
                ImportOutcome::Imported
            }
        }
    }

    fn half(&self, value: &impl Hash) -> u32 {
        let [.., a, b, c, d] = self.hasher.hash_one(value).to_be_bytes();
        u32::from_be_bytes([a, b, c, d])
    }
}
