//! The hash threads and the queue in front of them.
//!
//! A burst of logins must not take the threads that answer other requests, and must not queue for longer than clients
//! wait. Each thread advances several hashes at once. A new job joins the hashes that are in progress, so that no job
//! waits for a batch to fill up.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use ipnet::IpNet;
use latchkey_hash_lanes::MAX_LANES;
use tokio::sync::oneshot;

use super::{
    calibration,
    error::HashError,
    fair_queue::{FairQueue, Slot},
    fallback::FallbackThread,
    job::{HashJob, QueuedJob, RawHash},
    priority::lower_priority,
    worker,
};
use crate::{secrets::randomness::random_bytes, trace};

/// The longest time that a job should take, from the start of the wait to the end of its last hash.
const MAX_DURATION: Duration = Duration::from_millis(3400);

/// The shortest time after which a wait may be given up, however long a hash takes.
const MIN_WAIT: Duration = Duration::from_millis(250);

/// How much work the threads have done, and how much is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashLoad {
    /// The number of bcrypt rounds computed so far: two to the power of its cost for each hash, the same on every machine.
    pub rounds: u64,
    /// The number of callers that wait for a permit.
    pub waiting: usize,
    /// How long all threads together took for one password, measured when the server started.
    pub time_per_password: Duration,
}

/// The threads and their queue. The threads end when the pool is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct HashPool {
    jobs: mpsc::Sender<QueuedJob>,
    queue: FairQueue,
    /// How long a hash takes on a thread that advances as many as it can.
    batch_duration: Duration,
    /// How many hashes a thread advances at once.
    lanes: usize,
    time_per_password: Duration,
    rounds: AtomicU64,
    /// `None` where the bcrypt crate hashes, which does not report its progress.
    fallback: Option<FallbackThread>,
}

impl HashPool {
    /// Starts threads that each advance `lanes` hashes at once, or as many as the calibration finds best. `cost` is the
    /// usual cost of the hashes.
    pub(super) fn start(threads: NonZeroUsize, lanes: Option<usize>, cost: u32) -> std::io::Result<Self> {
        let lanes = lanes.unwrap_or_else(calibration::best_lane_count).min(MAX_LANES);
        let single_duration = calibration::duration_of(lanes.min(1), cost);
        let batch_duration = calibration::duration_of(lanes, cost);
        tracing::info!(target: "latchkey::hashing", threads, lanes, ?single_duration, ?batch_duration, "hash threads started");

        let at_once = threads.get() * lanes.max(1);
        let time_per_password = batch_duration / u32::try_from(at_once).unwrap_or(u32::MAX);
        let (sender, jobs) = mpsc::channel();
        let (jobs, progress) = (Arc::new(Mutex::new(jobs)), Arc::<AtomicU64>::default());
        for n in 0..threads.get() {
            let (jobs, progress) = (Arc::clone(&jobs), Arc::clone(&progress));
            let work = move || {
                lower_priority();
                worker::run(&jobs, lanes, &progress);
            };
            thread::Builder::new().name(format!("hash-{n}")).spawn(work)?;
        }
        let fallback =
            (lanes > 0).then(|| FallbackThread::start(&progress, lanes, cost, batch_duration)).transpose()?;
        // As many jobs as are in progress may be ready to start, so that no lane is ever idle. All others wait in the queue.
        let queue = FairQueue::new(at_once);
        Ok(Self { jobs: sender, queue, batch_duration, lanes, time_per_password, rounds: AtomicU64::new(0), fallback })
    }

    /// Waits for a slot for a job of this many hashes. The queue is fair between networks.
    ///
    /// [`HashError::Busy`] when the wait takes too long. A long queue alone is no reason to refuse: a client that is
    /// refused immediately retries immediately, and many retries cost more than many waiting callers.
    pub(super) async fn slot(&self, hashes: u32, network: Option<IpNet>) -> Result<Slot, HashError> {
        let wait = tokio::time::timeout(self.max_wait(hashes), self.queue.slot(network));
        let slot = trace::span("wait for a hashing slot", wait).await;
        slot.map_err(|_| HashError::Busy { retry_after: self.queue_duration() })
    }

    /// How long a caller waits for a slot. The time is random, so that clients that came together do not retry together.
    fn max_wait(&self, hashes: u32) -> Duration {
        // Each hash takes two batches after the wait: one for the jobs that are ready to start, and its own.
        let longest = MAX_DURATION.saturating_sub(2 * hashes * self.batch_duration).max(MIN_WAIT);
        // Without randomness, every caller waits equally long.
        let [random] = random_bytes().unwrap_or([0]);
        longest * 3 / 4 + longest / 4 * u32::from(random) / 255
    }

    /// How long it takes to serve every caller that waits now, and one more.
    fn queue_duration(&self) -> Duration {
        self.time_per_password * u32::try_from(self.queue.waiting() + 1).unwrap_or(u32::MAX)
    }

    /// Runs a job on one of the threads. Releases the slot when the job begins.
    pub(super) async fn run(&self, job: HashJob, slot: Option<Slot>) -> Result<RawHash, HashError> {
        let (reply, result) = oneshot::channel();
        let rounds = |job: &HashJob, most| job.computations.iter().take(most).map(|next| 1 << next.cost).sum::<u64>();
        let _ = self.jobs.send(QueuedJob { job: job.clone(), reply, slot });
        let result = async {
            match &self.fallback {
                Some(fallback) => fallback.result_of(job.clone(), result).await,
                None => result.await,
            }
        };
        let hash = trace::span("hash", result).await.map_err(|error| HashError::Failed(error.into()))?;
        // Once, even if the fallback thread computed the same rounds.
        let computed = if job.is_answered_by(&hash) { 1 } else { usize::MAX };
        self.rounds.fetch_add(rounds(&job, computed), Ordering::Relaxed);
        Ok(hash)
    }

    /// How long one hash of this cost takes on a thread that computes nothing else, measured now.
    pub(super) fn duration_of(&self, cost: u32) -> Duration {
        let samples = (0..8).map(|_| calibration::duration_of(self.lanes.min(1), cost));
        samples.min().unwrap_or_default()
    }

    pub(super) fn load(&self) -> HashLoad {
        let rounds = self.rounds.load(Ordering::Relaxed);
        HashLoad { rounds, waiting: self.queue.waiting(), time_per_password: self.time_per_password }
    }
}
