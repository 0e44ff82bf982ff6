//! One attempt: checked against its rate limits, counted, and taken back.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr};

use super::{
    counter::Counter,
    rate_limits::{LimitedAction, PERIOD, RateLimit},
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
    pub(super) role: Role,
}

/// What a bucket does for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The attempt is refused when the bucket is full.
    Decides,
    /// The same; the bucket is that of the client's own network, and shows whether this is its first attempt.
    ShowsFirst,
    /// The same, unless this is the first attempt of the network. Attempts beyond the limit are not counted, so that the
    /// next ones do not have to wait for them.
    Ceiling,
    /// The same; the attempt is not counted here.
    UncountedCeiling,
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
        self.update(db, now, Counter::minus_one).await
    }

    /// Counts what has happened already, whether it is allowed or not, in a transaction.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn record(&self, db: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), DbErr> {
        self.update(db, now, |counter, limit| counter.plus_one_up_to_limit(limit, now)).await
    }

    async fn update(
        &self,
        db: &DatabaseTransaction,
        now: DateTime<Utc>,
        update: impl Fn(Counter, RateLimit) -> Counter,
    ) -> Result<(), DbErr> {
        let counters = attempt::lock(db, self.counted_keys()).await?;
        attempt::write(db, self.updated(&counters, now, |counter, bucket| update(counter, bucket.rate_limit))).await
    }

    async fn count_if_allowed(&self, db: &DatabaseConnection, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let transaction = database::begin(db).await?;
        let counters = attempt::lock(&transaction, self.counted_keys()).await?;
        self.check_counters(&counters, now)?;
        let counters = self.updated(&counters, now, |counter, bucket| match bucket.role {
            Role::Ceiling => counter.plus_one_up_to_limit(bucket.rate_limit, now),
            Role::Decides | Role::ShowsFirst | Role::UncountedCeiling => counter.plus_one(bucket.rate_limit, now),
        });
        attempt::write(&transaction, counters).await?;
        Ok(transaction.commit().await?)
    }

    fn keys(&self) -> Vec<Vec<u8>> {
        self.buckets.iter().map(|bucket| bucket.key.clone()).collect()
    }

    fn counted(&self) -> impl Iterator<Item = &Counted> {
        self.buckets.iter().filter(|bucket| bucket.role != Role::UncountedCeiling)
    }

    fn counted_keys(&self) -> Vec<Vec<u8>> {
        self.counted().map(|bucket| bucket.key.clone()).collect()
    }

    fn check_counters(&self, counters: &Counters, now: DateTime<Utc>) -> Result<(), AttemptError> {
        let allowed_at = |bucket: &Counted| {
            let counter = counter(counters.get(&bucket.key)?).as_of(now, bucket.rate_limit);
            Some(counter.allowed_at(bucket.rate_limit))
        };
        let is_first = self.is_first_of_network(counters, now);
        let deciding = self.buckets.iter().filter(|bucket| match bucket.role {
            Role::Decides | Role::ShowsFirst => true,
            Role::Ceiling | Role::UncountedCeiling => !is_first,
        });
        match deciding.filter_map(allowed_at).max().map(|at| (at - now).to_std()) {
            Some(Ok(retry_after)) if retry_after > Duration::ZERO => {
                Err(AttemptError::TooMany(TooManyAttempts { action: self.action, retry_after }))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the network of the client made no attempt for a while.
    fn is_first_of_network(&self, counters: &Counters, now: DateTime<Utc>) -> bool {
        let network = self.buckets.iter().find(|bucket| bucket.role == Role::ShowsFirst);
        network.is_some_and(|network| counters.get(&network.key).is_none_or(|row| row.last_at <= now - PERIOD))
    }

    fn updated(
        &self,
        counters: &Counters,
        now: DateTime<Utc>,
        update: impl Fn(Counter, &Counted) -> Counter,
    ) -> Vec<attempt::Model> {
        let updated = |bucket: &Counted| {
            let before = counters.get(&bucket.key).map_or(Counter { last_at: now, forgotten_at: now }, counter);
            let before = before.as_of(now, bucket.rate_limit);
            let Counter { last_at, forgotten_at } = update(before, bucket);
            attempt::Model { key: bucket.key.clone(), last_at, forgotten_at }
        };
        self.counted().map(updated).collect()
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
