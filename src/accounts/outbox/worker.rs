//! The worker of the outbox: claims pending mails and retries until a mail server accepts them.

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
    mail::{MAX_SEND_TIME, SendError},
};

/// How many mails are sent at once.
const AT_ONCE: usize = 8;

/// How often to look for pending mails.
const POLL: Duration = Duration::from_secs(1);

/// How long a claim lasts: longer than a delivery may take, even if the clocks of instances differ.
const CLAIM: TimeDelta = TimeDelta::minutes(3);
const CLOCKS_DIFFER: Duration = Duration::from_mins(1);
const _: () = assert!(MAX_SEND_TIME.as_secs() + CLOCKS_DIFFER.as_secs() < CLAIM.num_seconds().unsigned_abs());

/// The wait after the first try; each further one is twice as long, up to the longest.
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(5);
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);

/// The wait before a mail is handed over the second and last time if the server did not answer: its trouble may have
/// ended by then.
const UNCONFIRMED_WAIT: TimeDelta = TimeDelta::minutes(2);

/// After how long a mail is given up: its user has requested another one by then.
const GIVE_UP: TimeDelta = TimeDelta::days(1);

/// How many times a mail server may refuse a recipient or a text permanently, in about ten minutes: a server that is
/// being repaired refuses every mail.
const REFUSALS: i32 = 8;

/// Stops hand-overs at shutdown: once it is closed, no mail is handed over, and every mail that was is recorded.
#[derive(Debug, Default)]
pub(in crate::accounts) struct ShutdownGate(RwLock<Closed>);

#[derive(Debug, Default)]
struct Closed(bool);

/// The permit to hand a mail over, until it is dropped.
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
    /// Sends pending mails until `stop`; then waits for the mails that were handed over, and releases the others.
    ///
    /// Requests do not wake the worker: the load after a request must not reveal whether a mail is sent.
    pub async fn send_mail(self: &Arc<Self>, stop: impl Future<Output = ()>) {
        match &self.mailer {
            Some(mailer) => tracing::info!(target: "latchkey::mail", transport = %mailer.transport, "mail transport"),
            None => {
                return tracing::info!(target: "latchkey::mail", "no mail is sent: neither SMTP_URL nor MAIL_FOLDER is set");
            }
        }
        let mut stop = pin!(stop);
        let (mut is_logged, mut claimed) = (false, HashMap::new());
        // Separate tasks, so that one that waits for a mail server does not keep the transaction of another one open.
        let mut under_way = JoinSet::new();
        loop {
            let free = AT_ONCE - under_way.len();
            match self.claim(free).await {
                Ok((events, until)) => {
                    is_logged = false;
                    for event in events {
                        let (accounts, id) = (Arc::clone(self), event.id);
                        claimed.insert(id, (event.clone(), until));
                        under_way.spawn(async move {
                            accounts.send(event, until).await;
                            id
                        });
                    }
                }
                Err(fault) if !std::mem::replace(&mut is_logged, true) => {
                    tracing::warn!(target: "latchkey::mail", %fault, "pending mails cannot be read");
                }
                Err(_) => {}
            }
            let is_full = under_way.len() == AT_ONCE;
            tokio::select! {
                biased;
                () = &mut stop => break,
                Some(done) = under_way.join_next(), if is_full => drop(done.map(|id| claimed.remove(&id))),
                () = tokio::time::sleep(POLL), if !is_full => {}
            }
            while let Some(done) = under_way.try_join_next() {
                drop(done.map(|id| claimed.remove(&id)));
            }
        }

        self.shutdown_gate.close().await;
        under_way.shutdown().await;
        let at_once = Tried::Retry { due_at: self.clock.now(), certainly_not_sent: false, refused: false };
        for (event, until) in claimed.values() {
            // If this fails, another instance claims the mail when the lease has expired.
            let _ = event::tried(&self.db, event, *until, at_once).await;
        }
    }

    /// Claims pending mails, and returns when the claim expires.
    async fn claim(&self, most: usize) -> Result<(Vec<Model>, DateTime<Utc>), Fault> {
        let now = self.clock.now();
        let until = now + CLAIM;
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        let claim = || event::claim(&self.db, now, until, most);
        let claimed = if most == 0 { Vec::new() } else { database::retry_transaction(claim).await? };
        Ok((claimed, until))
    }

    /// Tries to deliver one mail, and records the outcome.
    async fn send(&self, event: Model, until: DateTime<Utc>) {
        let Some(mailer) = &self.mailer else { return };
        let mut permit = None;
        let delivery = AssertUnwindSafe(self.deliver(mailer, &event, until, &mut permit)).catch_unwind();
        // A panic counts as a failed try, so that it does not repeat forever.
        let outcome = delivery.await.unwrap_or_else(|_| Err(Fault::internal("the delivery of a mail panicked").into()));
        let result = match &outcome {
            Ok(outcome) => Tried::Finished(*outcome),
            Err(undelivered) => after(&event, undelivered, self.clock.now()),
        };
        // Retried, so that a short outage of the database does not send the mail twice.
        let noted = database::retry_read(|| event::tried(&self.db, &event, until, result)).await;
        drop(permit);
        if let Err(error) = noted {
            tracing::warn!(target: "latchkey::mail", %error, id = %event.id, "the outcome of a mail was not recorded");
        }
        self.log_delivery(&event, &outcome, result);
    }

    /// Logs the name of the mail and the id of the event, and nothing else of it.
    fn log_delivery(&self, event: &Model, outcome: &Result<Outcome, DeliveryError>, result: Tried) {
        let (id, mail, tries) = (event.id, event.mail.as_deref().unwrap_or_default(), event.tries + 1);
        match (outcome, result) {
            (Ok(Outcome::Sent), _) => tracing::info!(target: "latchkey::mail", %id, mail, "mail sent"),
            (Ok(Outcome::NotNeeded | Outcome::GivenUp), _) => {
                tracing::debug!(target: "latchkey::mail", %id, mail, "mail no longer needed");
            }
            (Err(reason), Tried::Retry { .. }) => {
                tracing::warn!(target: "latchkey::mail", %id, mail, tries, %reason, "mail delayed");
            }
            (Err(reason), Tried::Finished(_)) => {
                tracing::error!(target: "latchkey::mail", %id, mail, tries, %reason, "mail given up");
            }
        }
        self.metrics.record_mail(match result {
            Tried::Finished(Outcome::Sent) => "sent",
            Tried::Finished(Outcome::NotNeeded) => "needless",
            Tried::Finished(Outcome::GivenUp) => "given_up",
            Tried::Retry { .. } => "put_off",
        });
    }
}

/// The next step for a mail that was not sent.
fn after(event: &Model, undelivered: &DeliveryError, now: DateTime<Utc>) -> Tried {
    let wait = FIRST_WAIT * 2_i32.pow(event.tries.clamp(0, 16).unsigned_abs());
    let again = |wait, certainly_not_sent, refused| Tried::Retry { due_at: now + wait, certainly_not_sent, refused };
    let tried = match undelivered {
        DeliveryError::Unconfirmed => Tried::Finished(Outcome::GivenUp),
        DeliveryError::Stopping => again(TimeDelta::zero(), false, false),
        DeliveryError::Fault(_) => again(wait.min(LONGEST_WAIT), false, false),
        DeliveryError::NotSent { reason: SendError::Temporary(_), handed_over } => {
            again(wait.min(LONGEST_WAIT), *handed_over, false)
        }
        DeliveryError::NotSent { reason: SendError::Unconfirmed(_), .. } => {
            again(wait.clamp(UNCONFIRMED_WAIT, LONGEST_WAIT), false, false)
        }
        DeliveryError::NotSent { reason: SendError::Rejected(_), .. } if event.refusals + 1 >= REFUSALS => {
            Tried::Finished(Outcome::GivenUp)
        }
        DeliveryError::NotSent { reason: SendError::Rejected(_), handed_over } => {
            again(wait.min(LONGEST_WAIT), *handed_over, true)
        }
    };
    match tried {
        Tried::Retry { due_at, .. } if due_at - event.at > GIVE_UP => Tried::Finished(Outcome::GivenUp),
        tried => tried,
    }
}
