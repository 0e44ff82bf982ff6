//! Being allowed to try: what every verb that hashes asks for first.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{Accounts, Failure, Origin, RetryAfter, origin};
use crate::{
    database, entity,
    secrets::Turn,
    throttle::{Attempt, TooManyAttempts},
};

/// How many of a user's newest sessions say where the user has been.
const REMEMBERED: u64 = 50;

impl Accounts {
    /// Somebody's turn to have a password hashed, for an attempt that is allowed and counted by then. Who tried too often
    /// is told so before they wait; those who wait are not counted yet, so a crowd in the line keeps nobody out.
    pub(super) async fn turn<R>(&self, attempt: &Attempt, origin: &Origin) -> Result<Turn<'_>, Failure<R>>
    where
        R: From<TooManyAttempts> + From<RetryAfter>,
    {
        attempt.check(&self.db, self.clock.now()).await?;
        let turn = self.hasher.turn(origin.network()).await?;
        attempt.count(&self.db, self.clock.now()).await?;
        Ok(turn)
    }

    /// Takes an attempt back at once, where the rest of the story may still come to nothing.
    pub(super) async fn take_back(&self, attempt: &Attempt, now: DateTime<Utc>) -> Result<(), DbErr> {
        let transaction = database::begin(&self.db).await?;
        attempt.take_back(&transaction, now).await?;
        transaction.commit().await
    }

    /// Whether a user has been where this comes from. For nobody the same question is asked, so that the time it takes
    /// tells nothing.
    pub(super) async fn is_familiar(&self, user: Option<Uuid>, origin: &Origin) -> Result<bool, DbErr> {
        let id = user.unwrap_or_default();
        let addresses = database::asked_again(|| entity::session::addresses(&self.db, id, REMEMBERED)).await?;
        let there = origin.network();
        Ok(addresses.iter().filter_map(|address| address.parse().ok()).any(|been| Some(origin::network(been)) == there))
    }
}
