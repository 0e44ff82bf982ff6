//! One thread that is like all others, for when the hash threads get no time: they work only where nobody else wants to,
//! and on a busy machine somebody always does.

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
    job::{Hash, Job},
    worker::{Booking, STEPS, work},
};

/// How long to watch before saying that the hash threads get no time.
const WATCHED: Duration = Duration::from_millis(300);

/// They get none if they do less than one part of so many of what one of them can do. Other threads of ours leave them
/// more than that.
const PART: u32 = 8;

/// The thread, and what tells when it is wanted.
#[derive(Debug)]
pub(super) struct Relief {
    queue: mpsc::Sender<Booking>,
    /// How many times the hash threads have gone on by a few steps.
    steps: Arc<AtomicU64>,
    /// How many times they go on meanwhile at least, unless they get no time.
    few: u64,
    told: AtomicBool,
}

impl Relief {
    /// Starts the thread, beside hash threads that advance so many hashes at once, of about this cost, in this time.
    pub(super) fn start(steps: &Arc<AtomicU64>, lanes: usize, cost: u32, in_company: Duration) -> io::Result<Self> {
        let (queue, bookings) = mpsc::channel();
        let bookings = Mutex::new(bookings);
        thread::Builder::new()
            .name("hash-relief".to_owned())
            .spawn(move || work(&bookings, lanes, &AtomicU64::new(0)))?;

        let all_steps = in_company.as_nanos().max(1);
        let few = (WATCHED.as_nanos() << cost) / all_steps / u128::from(STEPS * PART);
        let few = u64::try_from(few).unwrap_or(u64::MAX);
        Ok(Self { queue, steps: Arc::clone(steps), few, told: AtomicBool::new(false) })
    }

    /// The answer to a job that the hash threads have got, whoever gives it first.
    pub(super) async fn answer(
        &self,
        job: Job,
        mut answer: oneshot::Receiver<Hash>,
    ) -> Result<Hash, oneshot::error::RecvError> {
        loop {
            let before = self.steps.load(Ordering::Relaxed);
            match tokio::time::timeout(WATCHED, &mut answer).await {
                Ok(answer) => return answer,
                Err(_) if self.steps.load(Ordering::Relaxed) - before < self.few => break,
                Err(_) => {}
            }
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(target: "latchkey::hashing", "other programs leave no time for hashing: give the server a share of the CPU of its own");
        }
        let (reply, relieved) = oneshot::channel();
        let _ = self.queue.send(Booking { job, reply, place: None });
        tokio::select! {
            Ok(hash) = &mut answer => Ok(hash),
            relieved = relieved => relieved,
        }
    }
}
