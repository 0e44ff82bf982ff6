//! The fallback thread: hashes at normal priority when the hash threads are starved.
//!
//! The hash threads run only while no other thread wants the CPU. On a busy machine, that may be never.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    batch::STEPS,
    job::{HashJob, QueuedJob, RawHash},
    worker,
};

/// How long the hash threads are observed before they count as starved.
const OBSERVED_FOR: Duration = Duration::from_millis(300);

/// The hash threads are starved if together they do less than one part in this many of what one of them can do. The other
/// threads of this server leave them more than that.
const STARVED_BELOW: u32 = 8;

/// The fallback thread, and what decides when it is used.
#[derive(Debug)]
pub(super) struct FallbackThread {
    jobs: mpsc::Sender<QueuedJob>,
    /// How often the hash threads have advanced by a few steps.
    progress: Arc<AtomicU64>,
    /// How often they advance at least while they are observed, unless they are starved.
    min_progress: u64,
    has_warned: AtomicBool,
}

impl FallbackThread {
    /// Starts the thread. `lanes` and `batch_duration` describe the hash threads: how many hashes each advances at once, and
    /// how long that takes at this cost.
    pub(super) fn start(
        progress: &Arc<AtomicU64>,
        lanes: usize,
        cost: u32,
        batch_duration: Duration,
    ) -> io::Result<Self> {
        let (sender, jobs) = mpsc::channel();
        let jobs = Mutex::new(jobs);
        thread::Builder::new()
            .name("hash-fallback".to_owned())
            .spawn(move || worker::run(&jobs, lanes, &AtomicU64::new(0)))?;

        let batch_nanos = batch_duration.as_nanos().max(1);
        let min_progress = (OBSERVED_FOR.as_nanos() << cost) / batch_nanos / u128::from(STEPS * STARVED_BELOW);
        let min_progress = u64::try_from(min_progress).unwrap_or(u64::MAX);
        Ok(Self { jobs: sender, progress: Arc::clone(progress), min_progress, has_warned: AtomicBool::new(false) })
    }

    /// Waits for the result of a job that was sent to the hash threads. When they are starved, this thread gets the job,
    /// too, and the first result is returned.
    pub(super) async fn result_of(
        &self,
        job: HashJob,
        mut result: oneshot::Receiver<RawHash>,
    ) -> Result<RawHash, oneshot::error::RecvError> {
        loop {
            let before = self.progress.load(Ordering::Relaxed);
            match tokio::time::timeout(OBSERVED_FOR, &mut result).await {
                Ok(result) => return result,
                Err(_) if self.progress.load(Ordering::Relaxed) - before < self.min_progress => break,
                Err(_) => {}
            }
        }
        if !self.has_warned.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "latchkey::hashing", "hash threads are starved by other programs: give the server a CPU share of its own");
        }
        let (reply, fallback_result) = oneshot::channel();
        let _ = self.jobs.send(QueuedJob { job, reply, slot: None });
        tokio::select! {
            Ok(hash) = &mut result => Ok(hash),
            hash = fallback_result => hash,
        }
    }
}
