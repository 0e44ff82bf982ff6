//! Being allowed to try, and what is told of those who are not.

use std::time::Duration;

use super::{Accounts, Failure, Origin, TooManyAttempts, UserId, email::Email, event::Event};
use crate::{
    entity::ticket::Purpose,
    throttle::{Attempt, Limited, NotAllowed, Who},
};

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
            let since_epoch = Duration::from_millis(now.timestamp_millis().unsigned_abs());
            if let Some(untold) = self.excesses.admit(since_epoch) {
                self.record(Event::TooManyAttempts { limited: *limited, untold });
            }
        }
        Ok(counted?)
    }
}
