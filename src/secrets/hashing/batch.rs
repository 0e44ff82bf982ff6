//! The hashes that one thread has in progress and advances together.

use std::sync::atomic::{AtomicU64, Ordering};

use latchkey_hash_lanes::{Lane, advance};
use secrecy::ExposeSecret;

use super::job::{QueuedJob, RawHash};

/// The number of steps between two looks at the queue: about a millisecond of work.
pub(super) const STEPS: u32 = 8;

/// A job may join when the others have done at least one part in this many of their work.
const JOIN_AFTER: u32 = 32;

/// The jobs in progress, and the hash of each in the lane at the same index.
pub(super) struct Batch {
    jobs: Vec<ActiveJob>,
    lanes: Vec<Lane>,
    capacity: usize,
}

/// A job of which one hash is in progress.
struct ActiveJob {
    queued: QueuedJob,
    /// The cost of the hash in progress.
    cost: u32,
    /// The result of the first hash, once it is computed.
    first: Option<RawHash>,
}

impl Batch {
    pub(super) fn new(capacity: usize) -> Self {
        Self { jobs: Vec::with_capacity(capacity), lanes: Vec::with_capacity(capacity), capacity }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    /// Whether another job may join now. Jobs that begin at the same moment end at the same moment, and the work that
    /// follows their hashes would come in bursts that delay other requests.
    pub(super) fn has_room(&self) -> bool {
        let has_begun =
            |(lane, job): (&Lane, &ActiveJob)| lane.left() <= (1 << job.cost) - (1 << job.cost) / JOIN_AFTER;
        self.jobs.len() < self.capacity && self.lanes.iter().zip(&self.jobs).all(has_begun)
    }

    /// Begins the next hash of a job, unless its caller has left.
    pub(super) fn begin(&mut self, mut queued: QueuedJob, first: Option<RawHash>) {
        queued.slot = None;
        let Some(next) = queued.job.computations.pop_front().filter(|_| !queued.reply.is_closed()) else { return };
        self.lanes.push(Lane::new(queued.job.password.expose_secret().as_bytes(), &next.salt, next.cost));
        self.jobs.push(ActiveJob { queued, cost: next.cost, first });
    }

    /// Advances all hashes by a few steps and sends the results of the jobs that are complete.
    pub(super) fn advance(&mut self, progress: &AtomicU64) {
        self.remove_abandoned();
        let Some(left) = self.lanes.iter().map(Lane::left).min() else { return };
        advance(&mut self.lanes, left.min(STEPS));
        progress.fetch_add(1, Ordering::Relaxed);
        while let Some(index) = self.lanes.iter().position(|lane| lane.left() == 0) {
            let hash = self.lanes.swap_remove(index).finish();
            let ActiveJob { queued, first, .. } = self.jobs.swap_remove(index);
            let first = first.unwrap_or(hash);
            if queued.job.computations.is_empty() || queued.job.is_answered_by(&first) {
                let _ = queued.reply.send(first);
            } else {
                self.begin(queued, Some(first));
            }
        }
    }

    /// Removes the jobs whose callers have left or were answered by another thread.
    fn remove_abandoned(&mut self) {
        while let Some(index) = self.jobs.iter().position(|job| job.queued.reply.is_closed()) {
            self.lanes.swap_remove(index);
            self.jobs.swap_remove(index);
        }
    }
}
