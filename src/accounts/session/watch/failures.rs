//! Logs failed queries of watches, at most one line in ten seconds for all watches together.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::accounts::error::Fault;

/// How long no further line is logged.
const QUIET: Duration = Duration::from_secs(10);

/// Counts the failures that were not logged.
#[derive(Debug, Default)]
pub(in crate::accounts) struct Failures(Mutex<Unlogged>);

#[derive(Debug, Default)]
struct Unlogged {
    count: u64,
    last_line: Option<Instant>,
}

impl Failures {
    /// Logs this failure, or counts it for the next line.
    pub(in crate::accounts) fn note(&self, fault: &Fault) {
        let now = Instant::now();
        let failed = {
            let mut unlogged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            unlogged.count += 1;
            if unlogged.last_line.is_some_and(|line| now - line < QUIET) {
                return;
            }
            unlogged.last_line = Some(now);
            std::mem::take(&mut unlogged.count)
        };
        tracing::warn!(target: "latchkey::sessions", %fault, failed, "ended sessions could not be read; trying again");
    }
}
