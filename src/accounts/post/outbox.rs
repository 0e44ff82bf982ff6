//! Mail that is due, taken by one instance at a time, and tried until a mail server has it.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use tokio::time::timeout;

use super::{Post, delivery::Undelivered};
use crate::{
    accounts::{Accounts, Fault},
    database,
    entity::event::{self, Model, Outcome, Tried},
    mail::NotSent,
};

/// How many mails are on their way at once.
const AT_ONCE: u64 = 8;

/// How long one may be on its way, and how long nobody else takes it up.
const TRY: Duration = Duration::from_secs(40);
const CLAIM: TimeDelta = TimeDelta::seconds(45);

/// How long to wait after the first try; each next wait is twice as long, up to the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// After how long a mail is given up: by then, whoever waited for it has asked again.
const GIVE_UP: TimeDelta = TimeDelta::days(1);

/// How many times a mail server may refuse its recipient or its text for good, in about ten minutes: relays that are being
/// repaired refuse everybody.
const REFUSALS: i32 = 8;

impl Accounts {
    /// Tries everything that is due, and says how many mails that were.
    pub(super) async fn send_what_is_due(&self, post: &Post) -> Result<usize, Fault> {
        let now = self.clock.now();
        let until = now + CLAIM;
        let claimed = event::claim(&self.db, now, until, AT_ONCE).await?;
        let all = claimed.iter().map(|event| self.send(post, event, until));
        join_all(all).await.into_iter().collect::<Result<(), Fault>>()?;
        Ok(claimed.len())
    }

    /// Tries one mail, and notes what came of it.
    async fn send(&self, post: &Post, event: &Model, until: DateTime<Utc>) -> Result<(), Fault> {
        let delivery = timeout(TRY, self.deliver(post, event, until));
        let outcome = delivery.await.unwrap_or(Err(Undelivered::TooSlow));
        let now = self.clock.now();
        let came_of_it = match &outcome {
            Ok(outcome) => Tried::Over(*outcome),
            Err(undelivered) => after(event, undelivered, now),
        };
        self.tell(event, &outcome, &came_of_it);
        // A database that is away for a moment must not make a second mail of the first.
        database::asked_again(|| event::tried(&self.db, event.id, until, came_of_it)).await?;
        match outcome {
            Err(Undelivered::Fault(fault)) => Err(fault),
            Ok(_) | Err(Undelivered::NotSent { .. } | Undelivered::Doubtful | Undelivered::TooSlow) => Ok(()),
        }
    }

    /// The mail's name and the event's id are all that is told of it.
    fn tell(&self, event: &Model, outcome: &Result<Outcome, Undelivered>, came_of_it: &Tried) {
        let (id, mail) = (event.id, event.mail.as_deref().unwrap_or_default());
        match (outcome, came_of_it) {
            (Ok(Outcome::Sent), _) => tracing::info!(%id, mail, "a mail was sent"),
            (Ok(Outcome::Needless | Outcome::GivenUp), _) => tracing::debug!(%id, mail, "a mail has no reader"),
            (Err(undelivered), Tried::Again { .. }) => {
                tracing::warn!(%id, mail, tries = event.tries + 1, reason = %undelivered, "a mail has to wait");
            }
            (Err(undelivered), Tried::Over(_)) => {
                tracing::error!(%id, mail, tries = event.tries + 1, reason = %undelivered, "a mail is given up");
            }
        }
        let outcome = match came_of_it {
            Tried::Over(Outcome::Sent) => "sent",
            Tried::Over(Outcome::Needless) => "needless",
            Tried::Over(Outcome::GivenUp) => "given_up",
            Tried::Again { .. } => "put_off",
        };
        self.metrics.mailed(outcome);
    }
}

/// What is to be done with a mail that was not sent.
fn after(event: &Model, undelivered: &Undelivered, now: DateTime<Utc>) -> Tried {
    let refused = |reason: &NotSent| matches!(reason, NotSent::Refused(_)) && event.tries + 1 >= REFUSALS;
    let (hopeless, took_back) = match undelivered {
        Undelivered::Fault(_) | Undelivered::TooSlow => (false, false),
        Undelivered::Doubtful => (true, false),
        Undelivered::NotSent { reason, handed_over } => {
            (refused(reason), *handed_over && !matches!(reason, NotSent::Unknown(_)))
        }
    };
    let wait = FIRST_WAIT * 2_i32.pow(event.tries.clamp(0, 16).unsigned_abs());
    let due_at = now + wait.min(LONGEST_WAIT);
    if hopeless || due_at - event.at > GIVE_UP {
        Tried::Over(Outcome::GivenUp)
    } else {
        Tried::Again { due_at, took_back }
    }
}
