//! Mail that is due, taken by one instance at a time, and tried until a mail server has it.

use std::{collections::HashMap, panic::AssertUnwindSafe, pin::pin, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use tokio::{
    sync::{RwLock, RwLockReadGuard},
    task::JoinSet,
};

use super::deliver::DeliveryError;
use crate::{
    accounts::{Accounts, error::Fault},
    database,
    entity::event::{self, Model, Outcome, Tried},
    mail::{LONGEST, NotSent},
};

/// How many mails are on their way at once.
const AT_ONCE: usize = 8;

/// How often to look for mail that is due.
const POLL: Duration = Duration::from_secs(1);

/// How long nobody else takes up a mail that somebody took: longer than it can be on its way, though their clocks differ.
const CLAIM: TimeDelta = TimeDelta::minutes(3);
const CLOCKS_DIFFER: Duration = Duration::from_mins(1);
const _: () = assert!(LONGEST.as_secs() + CLOCKS_DIFFER.as_secs() < CLAIM.num_seconds().unsigned_abs());

/// How long to wait after the first try; each next wait is twice as long, up to the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// How long to wait before a mail is handed over a second and last time, when nobody said what became of it: whatever made a
/// mail server hang up on us may be over by then.
const IN_DOUBT: TimeDelta = TimeDelta::minutes(2);

/// After how long a mail is given up: by then, whoever waited for it has asked again.
const GIVE_UP: TimeDelta = TimeDelta::days(1);

/// How many times a mail server may refuse its recipient or its text for good, in about ten minutes: relays that are being
/// repaired refuse everybody.
const REFUSALS: i32 = 8;

/// Closed, nothing is handed over any more; whoever closes it waits until all that was, is noted.
#[derive(Debug, Default)]
pub(in crate::accounts) struct ShutdownGate(RwLock<Closed>);

#[derive(Debug, Default)]
struct Closed(bool);

/// The right to hand a mail over, until it is given back.
pub(super) struct SendPermit<'g>(#[expect(dead_code, reason = "held, not read")] RwLockReadGuard<'g, Closed>);

impl ShutdownGate {
    pub(super) async fn pass(&self) -> Option<SendPermit<'_>> {
        let shutdown_gate = self.0.read().await;
        (!shutdown_gate.0).then_some(SendPermit(shutdown_gate))
    }

    async fn close(&self) {
        self.0.write().await.0 = true;
    }
}

impl Accounts {
    /// Sends mail as it becomes due, until `stop`: then what was handed over is waited for, and the rest is given back.
    ///
    /// Nobody is woken by a request: how busy a server is right after one must not tell whether a mail came of it.
    pub async fn send_mail(self: &Arc<Self>, stop: impl Future<Output = ()>) {
        match &self.mailer {
            Some(mailer) => tracing::info!(target: "latchkey::mail", "mails go to {}", mailer.courier),
            None => {
                return tracing::info!(target: "latchkey::mail", "no mail is sent: neither SMTP_URL nor MAIL_FOLDER is set");
            }
        }
        let mut stop = pin!(stop);
        let (mut told, mut ours) = (false, HashMap::new());
        // Tasks of their own: one that waits for a mail server must not keep another's transaction open.
        let mut under_way = JoinSet::new();
        loop {
            let free = AT_ONCE - under_way.len();
            match self.claim(free).await {
                Ok((events, until)) => {
                    told = false;
                    for event in events {
                        let (accounts, id) = (Arc::clone(self), event.id);
                        ours.insert(id, (event.clone(), until));
                        under_way.spawn(async move {
                            accounts.send(event, until).await;
                            id
                        });
                    }
                }
                Err(fault) if !std::mem::replace(&mut told, true) => {
                    tracing::warn!(target: "latchkey::mail", %fault, "mail has to wait")
                }
                Err(_) => {}
            }
            let is_full = under_way.len() == AT_ONCE;
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(done) = under_way.join_next(), if is_full => drop(done.map(|id| ours.remove(&id))),
                () = tokio::time::sleep(POLL), if !is_full => {}
            }
            while let Some(done) = under_way.try_join_next() {
                drop(done.map(|id| ours.remove(&id)));
            }
        }

        self.shutdown_gate.close().await;
        under_way.shutdown().await;
        let at_once = Tried::Again { due_at: self.clock.now(), took_back: false, refused: false };
        for (event, until) in ours.values() {
            // Whoever does not hear of it takes it up when the claim is over.
            let _ = event::tried(&self.db, event, *until, at_once).await;
        }
    }

    /// Takes up to so many mails that are due, until when they are ours.
    async fn claim(&self, most: usize) -> Result<(Vec<Model>, DateTime<Utc>), Fault> {
        let now = self.clock.now();
        let until = now + CLAIM;
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let claim = || event::claim(&self.db, now, until, most);
        let claimed = if most == 0 { Vec::new() } else { database::retry_transaction(claim).await? };
        Ok((claimed, until))
    }

    /// Tries one mail, and notes what came of it.
    async fn send(&self, event: Model, until: DateTime<Utc>) {
        let Some(mailer) = &self.mailer else { return };
        let mut permit = None;
        let delivery = AssertUnwindSafe(self.deliver(mailer, &event, until, &mut permit)).catch_unwind();
        // What breaks one mail must not come back with it for ever.
        let outcome = delivery.await.unwrap_or_else(|_| Err(Fault::internal("a mail broke its delivery").into()));
        let came_of_it = match &outcome {
            Ok(outcome) => Tried::Over(*outcome),
            Err(undelivered) => after(&event, undelivered, self.clock.now()),
        };
        // A database that is away for a moment must not make a second mail of the first.
        let noted = database::asked_again(|| event::tried(&self.db, &event, until, came_of_it)).await;
        drop(permit);
        if let Err(error) = noted {
            tracing::warn!(target: "latchkey::mail", %error, id = %event.id, "what became of a mail was not noted");
        }
        self.log_delivery(&event, &outcome, came_of_it);
    }

    /// The mail's name and the event's id are all that is told of it.
    fn log_delivery(&self, event: &Model, outcome: &Result<Outcome, DeliveryError>, came_of_it: Tried) {
        let (id, mail, tries) = (event.id, event.mail.as_deref().unwrap_or_default(), event.tries + 1);
        match (outcome, came_of_it) {
            (Ok(Outcome::Sent), _) => tracing::info!(target: "latchkey::mail", %id, mail, "a mail was sent"),
            (Ok(Outcome::Needless | Outcome::GivenUp), _) => {
                tracing::debug!(target: "latchkey::mail", %id, mail, "a mail has no reader")
            }
            (Err(reason), Tried::Again { .. }) => {
                tracing::warn!(target: "latchkey::mail", %id, mail, tries, %reason, "a mail has to wait")
            }
            (Err(reason), Tried::Over(_)) => {
                tracing::error!(target: "latchkey::mail", %id, mail, tries, %reason, "a mail is given up")
            }
        }
        self.metrics.record_mail(match came_of_it {
            Tried::Over(Outcome::Sent) => "sent",
            Tried::Over(Outcome::Needless) => "needless",
            Tried::Over(Outcome::GivenUp) => "given_up",
            Tried::Again { .. } => "put_off",
        });
    }
}

/// What is to be done with a mail that was not sent.
fn after(event: &Model, undelivered: &DeliveryError, now: DateTime<Utc>) -> Tried {
    let wait = FIRST_WAIT * 2_i32.pow(event.tries.clamp(0, 16).unsigned_abs());
    let again = |wait, took_back, refused| Tried::Again { due_at: now + wait, took_back, refused };
    let tried = match undelivered {
        DeliveryError::Unconfirmed => Tried::Over(Outcome::GivenUp),
        DeliveryError::Stopping => again(TimeDelta::zero(), false, false),
        DeliveryError::Fault(_) => again(wait.min(LONGEST_WAIT), false, false),
        DeliveryError::NotSent { reason: NotSent::Later(_), handed_over } => {
            again(wait.min(LONGEST_WAIT), *handed_over, false)
        }
        DeliveryError::NotSent { reason: NotSent::Unknown(_), .. } => {
            again(wait.clamp(IN_DOUBT, LONGEST_WAIT), false, false)
        }
        DeliveryError::NotSent { reason: NotSent::Refused(_), .. } if event.refusals + 1 >= REFUSALS => {
            Tried::Over(Outcome::GivenUp)
        }
        DeliveryError::NotSent { reason: NotSent::Refused(_), handed_over } => {
            again(wait.min(LONGEST_WAIT), *handed_over, true)
        }
    };
    match tried {
        Tried::Again { due_at, .. } if due_at - event.at > GIVE_UP => Tried::Over(Outcome::GivenUp),
        tried => tried,
    }
}
