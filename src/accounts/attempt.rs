//! Being allowed to try, and what is told of those who are not.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Accounts, Failure, TooManyAttempts, event::Event};
use crate::throttle::{Attempt, Limited, NotAllowed};

/// How often it is told that somebody tries too often.
const TELL: TimeDelta = TimeDelta::seconds(1);

/// When it was told last, and how often it was not since: whoever tries too often shall not fill the log as well.
#[derive(Debug, Default)]
pub(super) struct Excesses(Mutex<(Option<DateTime<Utc>>, u64)>);

impl Excesses {
    /// What is to be told now, if anything is.
    fn add(&self, limited: Limited, now: DateTime<Utc>) -> Option<Event> {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (last, untold) = *told;
        if last.is_some_and(|last| (now - last).abs() < TELL) {
            told.1 += 1;
            None
        } else {
            *told = (Some(now), 0);
            Some(Event::TooManyAttempts { limited, untold })
        }
    }
}

impl Accounts {
    /// Counts an attempt, if it is allowed.
    pub(super) async fn count<R: From<TooManyAttempts>>(&self, attempt: &Attempt) -> Result<(), Failure<R>> {
        let now = self.clock.now();
        let counted = attempt.count(&self.db, now).await;
        if let Err(NotAllowed::TooMany(TooManyAttempts { limited, .. })) = &counted {
            self.metrics.refused_attempt(limited.name());
            if let Some(event) = self.excesses.add(*limited, now) {
                self.record(event);
            }
        }
        Ok(counted?)
    }
}
