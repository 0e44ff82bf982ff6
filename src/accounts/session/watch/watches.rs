//! The watches of this process by the id of their user, so that a notification wakes only the watch that it concerns.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

use super::session_watch::Watch;
use crate::{accounts::Fault, log_limiter::LogLimiter};

/// How many watches may use a connection to the database at once: the other connections are for requests.
const MAX_CONCURRENT_QUERIES: usize = 2;

/// The period in which at most one failure of all watches is logged.
const FAILURE_LOG_PERIOD: Duration = Duration::from_secs(10);

/// All watches, and what they share.
#[derive(Debug)]
pub(in crate::accounts) struct Watches {
    by_user: Mutex<HashMap<Uuid, Arc<Watch>>>,
    /// Notifications may have been missed: every watch has to look.
    pub(in crate::accounts) missed: Notify,
    /// Another connection changed the `SQLite` database.
    pub(in crate::accounts) changed: Notify,
    pub(in crate::accounts) queries: Semaphore,
    failures: LogLimiter,
}

impl Default for Watches {
    fn default() -> Self {
        Self {
            by_user: Mutex::default(),
            missed: Notify::new(),
            changed: Notify::new(),
            queries: Semaphore::new(MAX_CONCURRENT_QUERIES),
            failures: LogLimiter::new(1, FAILURE_LOG_PERIOD),
        }
    }
}

impl Watches {
    /// Logs that a watch could not read the sessions that ended. One line in each period is for all watches.
    pub(in crate::accounts) fn log_failure(&self, fault: &Fault) {
        if let Some(suppressed) = self.failures.admit_now() {
            tracing::warn!(target: "latchkey::sessions", %fault, suppressed, "ended sessions not read; retrying");
        }
    }

    /// Wakes the watch of this user, if there is one.
    pub(in crate::accounts) fn wake(&self, user: Uuid) {
        if let Some(watch) = self.by_user().get(&user) {
            watch.wake();
        }
    }

    pub(in crate::accounts) fn is_empty(&self) -> bool {
        self.by_user().is_empty()
    }

    pub(in crate::accounts) fn all(&self) -> Vec<Arc<Watch>> {
        self.by_user().values().map(Arc::clone).collect()
    }

    /// Adds a subscriber to the watch of this user, which begins with its first one.
    pub(in crate::accounts) fn join(&self, user: Uuid, add: impl FnOnce(&Watch) -> u64) -> (Arc<Watch>, u64) {
        let mut by_user = self.by_user();
        let watch = by_user.entry(user).or_insert_with(|| Arc::new(Watch::new(user)));
        // Before the lock is released: a watch without subscribers may be removed.
        let id = add(watch);
        (Arc::clone(watch), id)
    }

    /// Removes a subscriber, and its watch if it was the last one.
    pub(in crate::accounts) fn leave(&self, watch: &Arc<Watch>, id: u64) {
        let mut by_user = self.by_user();
        // There may be another watch by now.
        let is_listed = by_user.get(&watch.user).is_some_and(|listed| Arc::ptr_eq(listed, watch));
        if watch.remove(id) && is_listed {
            watch.stop();
            by_user.remove(&watch.user);
        }
    }

    fn by_user(&self) -> MutexGuard<'_, HashMap<Uuid, Arc<Watch>>> {
        self.by_user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
