//! Being allowed to try: what every verb that hashes asks for first.

use chrono::{DateTime, Utc};
use sea_orm::DbErr;

use super::{Accounts, Failure, Origin, RetryAfter};
use crate::{
    database,
    secrets::Turn,
    throttle::{Attempt, TooManyAttempts},
};

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
}
