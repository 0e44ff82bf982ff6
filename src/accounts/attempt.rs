//! Being allowed to try, and what is told of those who are not.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Accounts, Failure, Origin, TooManyAttempts, UserId, email::Email, event::Event};
use crate::throttle::{Attempt, Limited, NotAllowed, Who};

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
    /// Counts a mail, for whom it goes to and for whoever wants it sent.
    pub(super) async fn count_mail<R: From<TooManyAttempts>>(
        &self,
        origin: &Origin,
        user: Option<UserId>,
        address: &str,
    ) -> Result<(), Failure<R>> {
        let address = Email::parse(address).map_or_else(|_| address.to_owned(), |email| email.canonical);
        let user = user.map(|id| id.to_string());
        for account in [Some(address.as_str()), user.as_deref()].into_iter().flatten() {
            let who = Who { account: Some(account), network: origin.network(), familiar: false };
            self.count(&self.throttle.attempt(Limited::Mail, who)).await?;
        }
        Ok(())
    }

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
