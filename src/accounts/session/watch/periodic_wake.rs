//! Waking all watches: every half minute, and when notifications may have been missed.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{
    task::AbortHandle,
    time::{Instant, sleep, timeout_at},
};

use super::{MARGIN, session_watch::Watch, watches::Watches};
use crate::{
    accounts::{Accounts, error::Fault},
    database, entity,
};

/// How often there is a round, and how long one takes at most.
const ROUND: Duration = Duration::from_secs(30);

/// The time between two watches where there are few.
const STEP: Duration = Duration::from_millis(20);

/// How long to wait after a query that failed.
const RETRY: Duration = Duration::from_secs(2);

/// How many users are looked up together.
const USERS: usize = 500;

/// The tasks that wake watches without a notification. They end when this is dropped.
#[derive(Debug)]
pub(in crate::accounts) struct PeriodicWake([AbortHandle; 2]);

impl PeriodicWake {
    pub(in crate::accounts) fn start(accounts: &Arc<Accounts>) -> Self {
        let watches = &accounts.ended_sessions.watches;
        let rounds = tokio::spawn(wake_all_periodically(Arc::clone(watches)));
        let changes = tokio::spawn(follow_database_changes(Arc::downgrade(accounts), Arc::clone(watches)));
        Self([rounds.abort_handle(), changes.abort_handle()])
    }
}

impl Drop for PeriodicWake {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortHandle::abort);
    }
}

/// Wakes one watch after the other, spread over at most half a minute.
async fn wake_all_periodically(watches: Arc<Watches>) {
    let mut next = Instant::now() + ROUND;
    loop {
        let _ = timeout_at(next, watches.missed.notified()).await;
        next = Instant::now() + ROUND;
        // Notifications that are missed meanwhile begin the next round.
        round(&watches).await;
    }
}

async fn round(watches: &Watches) {
    let all = watches.all();
    let step = (ROUND / u32::try_from(all.len()).unwrap_or(u32::MAX).max(1)).min(STEP);
    for watch in all {
        watch.wake();
        sleep(step).await;
    }
}

/// When another connection changed an `SQLite` database, wakes the watches of users of whom a session was ended.
async fn follow_database_changes(accounts: Weak<Accounts>, watches: Arc<Watches>) {
    loop {
        watches.changed.notified().await;
        let Some(accounts) = accounts.upgrade() else { return };
        for some in watches.all().chunks(USERS) {
            while let Err(fault) = wake_changed(&accounts, some).await {
                watches.log_failure(&fault);
                sleep(RETRY).await;
            }
        }
    }
}

async fn wake_changed(accounts: &Accounts, watches: &[Arc<Watch>]) -> Result<(), Fault> {
    let since = accounts.clock.now() - MARGIN;
    let users = || watches.iter().map(|watch| watch.user).collect();
    let ended = database::retry_read(|| entity::session::ended_of_users(&accounts.db, users(), since)).await?;
    for watch in watches {
        if ended.iter().any(|(user, session)| *user == watch.user && !watch.knows(*session)) {
            watch.wake();
        }
    }
    Ok(())
}
