//! Being allowed to try, and what is told of those who are not.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use super::{Accounts, Failure, Origin, TooManyAttempts, UserId, email::Email, event::Event};
use crate::{
    entity::ticket::Purpose,
    throttle::{Attempt, Limited, NotAllowed, Who},
};

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
    /// Counts a mail: for the user who wants it sent, and for the address that it goes to. Each purpose for itself, so that
    /// nobody keeps an address from one thing by asking for another.
    pub(super) async fn count_mail<R: From<TooManyAttempts>>(
        &self,
        origin: &Origin,
        user: Option<UserId>,
        purpose: Purpose,
        email: &Email,
    ) -> Result<(), Failure<R>> {
        let of_user = user.map(|id| format!("{id} {}", purpose.name()));
        if let Some(user) = &of_user {
            let who = Who { account: Some(user), network: None, familiar: false };
            self.count(&self.throttle.attempt(Limited::Mail, who)).await?;
        }
        let to = format!("{} {}", email.canonical, purpose.name());
        let who = Who { account: Some(&to), network: origin.network(), familiar: false };
        self.count(&self.throttle.attempt(Limited::Mail, who)).await
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
