//! One attempt: checked against its rate limits, counted, and taken back.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};

use super::{
    counter::Counter,
    rate_limits::{LimitedAction, RateLimit},
};
use crate::{
    database::{self, CausedByDatabase},
    entity::attempt,
};

/// One attempt, and the buckets that it is counted in.
#[derive(Debug)]
pub struct Attempt {
    action: LimitedAction,
    buckets: Vec<Counted>,
}

/// A bucket that an attempt is counted in.
#[derive(Debug)]
pub(super) struct Counted {
    /// The key of the bucket's counter in the database.
    pub(super) key: Vec<u8>,
    pub(super) rate_limit: RateLimit,
    /// Whether the attempt is refused when this bucket is full.
    pub(super) decides: bool,
}

/// Why an attempt may not be made now.
#[derive(Debug)]
pub enum AttemptError {
    /// There were too many attempts. This one is not counted.
    TooMany(TooManyAttempts),
    /// The database failed.
    Database(DbErr),
}

/// There were too many attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts {
    /// The action that was attempted.
    pub action: LimitedAction,
    /// After how long the next attempt is allowed.
    pub retry_after: Duration,
}

impl Attempt {
    pub(super) fn new(action: LimitedAction, buckets: Vec<Counted>) -> Self {
        Self { action, buckets }
    }

    /// Counts the attempt, if it is allowed. The limit also holds for attempts that are made at the same time, on any number
    /// of instances.
    ///
    /// # Errors
    ///
    /// [`AttemptError`]. The attempt is not counted then.
    pub async fn count(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        // Without a transaction first, so that refusing a flood of attempts is cheap.
        self.check(db, now).await?;
        database::retry_transaction(|| self.count_if_allowed(db, now)).await
    }

    /// Checks whether the attempt is allowed now. Writes nothing.
    ///
    /// # Errors
    ///
    /// [`AttemptError`].
    pub async fn check(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let counters = database::retry_read(|| attempt::all(db, self.keys())).await?;
        self.check_counters(&counters, now)
    }

    /// Takes an attempt back that was counted, in a transaction.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn take_back(&self, db: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), DbErr> {
        let counters = attempt::lock(db, self.keys(), now).await?;
        let counters = self.updated(&counters, now, Counter::minus_one);
        attempt::write(db, counters).await
    }

    async fn count_if_allowed(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let transaction = database::begin(db).await?;
        let counters = attempt::lock(&transaction, self.keys(), now).await?;
        self.check_counters(&counters, now)?;
        let counters = self.updated(&counters, now, |counter, limit| counter.plus_one(limit, now));
        attempt::write(&transaction, counters).await?;
        Ok(transaction.commit().await?)
    }

    fn keys(&self) -> Vec<Vec<u8>> {
        self.buckets.iter().map(|bucket| bucket.key.clone()).collect()
    }

    fn check_counters(&self, counters: &Counters, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let allowed_at = |bucket: &Counted| {
            let counter = counter(counters.get(&bucket.key)?).as_of(now, bucket.rate_limit);
            Some(counter.allowed_at(bucket.rate_limit))
        };
        let deciding = self.buckets.iter().filter(|bucket| bucket.decides);
        match deciding.filter_map(allowed_at).max().map(|at| (at - now).to_std()) {
            Some(Ok(retry_after)) if retry_after > Duration::ZERO => {
                Err(AttemptError::TooMany(TooManyAttempts { action: self.action, retry_after }))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn updated(
        &self,
        counters: &Counters,
        now: DateTime<Utc>,
        update: impl Fn(Counter, RateLimit) -> Counter,
    ) -> Vec<attempt::Model> {
        let updated = |bucket: &Counted| {
            let before = counters.get(&bucket.key).map_or(Counter { last_at: now, forgotten_at: now }, counter);
            let before = before.as_of(now, bucket.rate_limit);
            let Counter { last_at, forgotten_at } = update(before, bucket.rate_limit);
            attempt::Model { key: bucket.key.clone(), last_at, forgotten_at }
        };
        self.buckets.iter().map(updated).collect()
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
