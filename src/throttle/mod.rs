//! How often someone may try: counted in the database before the work is done, the same for every instance.
//!
//! Knows no users and no passwords: an account is any text that stands for one, and is not kept. An attempt is counted
//! for several scopes at once or for none. What turns out not to be worth counting, such as a login with the right
//! password, is taken back. To limit something else, add it to [`LimitedAction`].

mod counter;
mod limits;

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use ipnet::IpNet;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};

pub use self::limits::{LimitedAction, Limits};
use self::{
    counter::Counter,
    limits::{Allowance, Scope},
};
use crate::{
    database::{self, CausedByDatabase},
    entity::attempt,
    secrets::KeyedHash,
};

/// Counts attempts.
#[derive(Debug)]
pub struct Throttle {
    names: KeyedHash,
    limits: Limits,
}

/// Who tries, and at what.
#[derive(Clone, Copy, Debug)]
pub struct Requester<'w> {
    /// What stands for the account, if it is at one; the same for each of its spellings.
    pub account: Option<&'w str>,
    /// Where they are.
    pub network: Option<IpNet>,
    /// Whether the user of this account has been there before. They are counted apart, so that no stranger keeps them out.
    pub familiar: bool,
}

/// One attempt, and what it is counted for.
#[derive(Debug)]
pub struct Attempt {
    action: LimitedAction,
    counted: Vec<Counted>,
}

/// One scope that an attempt is counted for: under which key, how many are allowed, and whether that decides.
#[derive(Debug)]
struct Counted {
    key: Vec<u8>,
    allowance: Allowance,
    judged: bool,
}

/// Why an attempt may not be made now.
#[derive(Debug)]
pub enum AttemptError {
    /// There were too many; this one is not counted.
    TooMany(TooManyAttempts),
    /// The database does not say.
    Database(DbErr),
}

/// There were too many attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
    /// At what.
    pub action: LimitedAction,
    /// After how long the next one is allowed.
    pub retry_after: Duration,
}

impl Throttle {
    /// Counts under names that say nothing to whoever reads the database.
    #[must_use]
    pub fn new(names: KeyedHash, limits: Limits) -> Self {
        Self { names, limits }
    }

    /// An attempt that is about to be made.
    ///
    /// One at an account counts for that account, wherever it comes from: otherwise the difference would tell who has been
    /// where. But who has been there is judged by what came from there alone.
    #[must_use]
    pub fn attempt(&self, action: LimitedAction, Requester { account, network, familiar }: Requester<'_>) -> Attempt {
        let there = network.map(|network| network.to_string());
        let (there, nowhere, nobody) = (there.as_deref(), "", "");
        let at_account = account.map(|account| [account, nowhere]);
        let from_there = there.map(|there| [nobody, there]);
        let at_account_from_there = account.zip(there).map(|(account, there)| [account, there]);

        // Nobody is familiar with a place that is not known.
        let scopes = if familiar && there.is_some() {
            [
                (Scope::Account, at_account, false),
                (Scope::AccountFromThere, at_account_from_there, true),
                (Scope::FamiliarNetwork, from_there, true),
            ]
        } else {
            [
                (Scope::Account, at_account, true),
                (Scope::Network, from_there, true),
                (Scope::Everybody, Some([nobody, nowhere]), true),
            ]
        };
        let counted = |(scope, of, judged): (Scope, Option<[&str; 2]>, bool)| {
            let (allowance, [account, there]) = action.allowance(scope, self.limits).zip(of)?;
            let key = self.names.of(&[action.name(), scope.name(), account, there]);
            Some(Counted { key: key.to_vec(), allowance, judged })
        };
        Attempt { action, counted: scopes.into_iter().filter_map(counted).collect() }
    }
}

impl Attempt {
    /// Counts the attempt, if it is allowed. However many are made at once and on however many instances, no more than
    /// that are counted.
    ///
    /// # Errors
    ///
    /// [`AttemptError`]; nothing is counted then.
    pub async fn count(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        // So that a flood is turned away cheaply.
        self.check(db, now).await?;
        database::retry_transaction(|| self.count_if_allowed(db, now)).await
    }

    /// Whether the attempt is allowed at this moment. Writes nothing.
    ///
    /// # Errors
    ///
    /// [`AttemptError`].
    pub async fn check(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let counters = database::retry_read(|| attempt::all(db, self.keys())).await?;
        self.allowed(&counters, now)
    }

    async fn count_if_allowed(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let transaction = database::begin(db).await?;
        let counters = attempt::lock(&transaction, self.keys(), now).await?;
        self.allowed(&counters, now)?;
        let counters = self.changed(&counters, now, |counter, allowance| counter.plus_one(allowance, now));
        attempt::write(&transaction, counters).await?;
        Ok(transaction.commit().await?)
    }

    /// Takes an attempt back that was counted, in a transaction.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn take_back(&self, db: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), DbErr> {
        let counters = attempt::lock(db, self.keys(), now).await?;
        let counters = self.changed(&counters, now, Counter::minus_one);
        attempt::write(db, counters).await
    }

    fn keys(&self) -> Vec<Vec<u8>> {
        self.counted.iter().map(|counted| counted.key.clone()).collect()
    }

    fn allowed(&self, counters: &Counters, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let allowed_at = |counted: &Counted| {
            let counter = counter(counters.get(&counted.key)?).as_of(now, counted.allowance);
            Some(counter.allowed_at(counted.allowance))
        };
        let judged = self.counted.iter().filter(|counted| counted.judged);
        match judged.filter_map(allowed_at).max().map(|at| (at - now).to_std()) {
            Some(Ok(retry_after)) if retry_after > Duration::ZERO => {
                Err(AttemptError::TooMany(TooManyAttempts { action: self.action, retry_after }))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn changed(
        &self,
        counters: &Counters,
        now: DateTime<Utc>,
        change: impl Fn(Counter, Allowance) -> Counter,
    ) -> Vec<attempt::Model> {
        let changed = |counted: &Counted| {
            let before = counters.get(&counted.key).map_or(Counter { last_at: now, forgotten_at: now }, counter);
            let before = before.as_of(now, counted.allowance);
            let Counter { last_at, forgotten_at } = change(before, counted.allowance);
            attempt::Model { key: counted.key.clone(), last_at, forgotten_at }
        };
        self.counted.iter().map(changed).collect()
    }
}

type Counters = HashMap<Vec<u8>, attempt::Model>;

fn counter(row: &attempt::Model) -> Counter {
    Counter { last_at: row.last_at, forgotten_at: row.forgotten_at }
}

impl CausedByDatabase for AttemptError {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            Self::TooMany(_) => None,
        }
    }
}

impl From<DbErr> for AttemptError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}
