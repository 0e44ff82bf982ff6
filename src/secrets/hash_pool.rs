//! Threads of their own for work that is slow on purpose, with a queue that has an end.
//!
//! A login storm must not take the threads that answer everybody else, and must not queue longer than people wait.

use std::{
    error::Error,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

/// How long anyone may wait for their turn. A request that needs two turns is still answered in time.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

/// How many may wait for each thread at most, however quick a job is.
const MOST_TURNS: usize = 1000;

type Job = Box<dyn FnOnce() + Send>;

/// Why there is no answer.
#[derive(Debug)]
pub enum NotHashed {
    /// The queue is full; nothing was computed.
    Busy {
        /// How long to wait before the next try.
        retry_after: Duration,
    },
    /// The work broke down.
    Failed(Box<dyn Error + Send + Sync>),
}

/// The threads and their queue. They end when the pool is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct HashPool {
    queue: mpsc::SyncSender<Job>,
    retry_after: Duration,
}

impl HashPool {
    /// Starts `threads` workers for jobs that take about this long. As many may wait as get their turn in time.
    pub(super) fn start(threads: NonZeroUsize, time_of_one: Duration) -> std::io::Result<Self> {
        let turns = LONGEST_WAIT.as_micros() / time_of_one.as_micros().max(1);
        let waiting = threads.get() * usize::try_from(turns).unwrap_or(usize::MAX).clamp(1, MOST_TURNS);
        let (queue, jobs) = mpsc::sync_channel(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for n in 0..threads.get() {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new().name(format!("hash-{n}")).spawn(move || work_off(&jobs))?;
        }
        Ok(Self { queue, retry_after: LONGEST_WAIT.max(time_of_one) })
    }

    /// Runs `work` on one of the threads; [`NotHashed::Busy`] at once when the queue is full.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, NotHashed> {
        let (reply, answer) = oneshot::channel();
        let job = move || {
            // Whoever hung up while waiting is not worth a hash.
            if !reply.is_closed() {
                let _ = reply.send(work());
            }
        };
        self.queue.try_send(Box::new(job)).map_err(|_| NotHashed::Busy { retry_after: self.retry_after })?;
        answer.await.map_err(|gone| NotHashed::Failed(gone.into()))
    }
}

/// One worker's life: take a job, do it, take the next. A job that panics costs its caller the answer, not the pool
/// the thread.
fn work_off(jobs: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(job) => drop(catch_unwind(AssertUnwindSafe(job))),
            Err(mpsc::RecvError) => return,
        }
    }
}
