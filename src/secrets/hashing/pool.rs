//! Threads of their own for work that is slow on purpose, with a queue that has an end.
//!
//! A login storm must not take the threads that answer everybody else, and must not queue longer than people wait. Each
//! thread advances several hashes at once; who comes joins those that are under way, and nobody waits for company.

use std::{
    error::Error,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use aws_lc_rs::rand;
use latchkey_hash_lanes::MAX_LANES;
use tokio::sync::oneshot;

use super::{
    calibration,
    fair_queue::{Crowd, Line, Place},
    fallback::Relief,
    job::{Hash, Job},
    worker::{Booking, step_back, work},
};
use crate::trace;

/// How long a turn may take, from standing in the line to the last of its hashes.
const WHOLE_TURN: Duration = Duration::from_millis(3400);

/// How long anyone may wait for a turn at least, however long a hash takes.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// Why there is no answer.
#[derive(Debug)]
pub enum HashError {
    /// Too many wait already; nothing was computed.
    Busy {
        /// How long to wait before the next try.
        retry_after: Duration,
    },
    /// The work broke down.
    Failed(Box<dyn Error + Send + Sync>),
}

/// How much the threads have done, and have to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashLoad {
    /// How many bcrypt rounds were computed so far, two to the power of its cost for each hash: what an attempt costs,
    /// whatever the machine.
    pub rounds: u64,
    /// How many wait for their turn.
    pub waiting: usize,
    /// How long the threads together took for a password when the server started.
    pub time_per_password: Duration,
}

/// The threads and their queue. They end when the pool is dropped and the queue is empty.
#[derive(Debug)]
pub(super) struct HashPool {
    queue: mpsc::Sender<Booking>,
    line: Line,
    in_company: Duration,
    time_per_password: Duration,
    rounds: AtomicU64,
    /// None where the bcrypt crate hashes, which does not tell how far it is.
    relief: Option<Relief>,
}

/// The right to have one job done, soon.
#[derive(Debug)]
pub(super) struct HashPermit<'p> {
    pool: &'p HashPool,
    /// None, if there was no standing in the line.
    place: Option<Place>,
}

impl HashPool {
    /// Starts `threads` workers that each advance so many hashes at once, or as many as pay off here, for hashes of about
    /// this cost.
    pub(super) fn start(threads: NonZeroUsize, lanes: Option<usize>, cost: u32) -> std::io::Result<Self> {
        let lanes = lanes.unwrap_or_else(calibration::lanes_that_pay_off).min(MAX_LANES);
        let (alone, in_company) = (calibration::time_of(lanes.min(1), cost), calibration::time_of(lanes, cost));
        tracing::info!(target: "latchkey::hashing", threads, lanes, ?alone, ?in_company, "how long a password takes");

        let at_once = threads.get() * lanes.max(1);
        let time_per_password = in_company / u32::try_from(at_once).unwrap_or(u32::MAX);
        let (queue, bookings) = mpsc::channel();
        let (bookings, steps) = (Arc::new(Mutex::new(bookings)), Arc::<AtomicU64>::default());
        for n in 0..threads.get() {
            let (bookings, steps) = (Arc::clone(&bookings), Arc::clone(&steps));
            let work = move || {
                step_back();
                work(&bookings, lanes, &steps);
            };
            thread::Builder::new().name(format!("hash-{n}")).spawn(work)?;
        }
        let relief = (lanes > 0).then(|| Relief::start(&steps, lanes, cost, in_company)).transpose()?;
        // As many as are under way may stand ready, so that no lane is ever empty; all others wait in the line.
        Ok(Self { queue, line: Line::new(at_once), in_company, time_per_password, rounds: AtomicU64::new(0), relief })
    }

    /// Waits for a turn, in a line that is fair between those who come from different places; [`HashError::Busy`] when it
    /// takes too long. Nobody is turned away at once: who is comes back at once, and a crowd of those costs more than one
    /// that waits.
    pub(super) async fn permit(&self, from: Crowd) -> Result<HashPermit<'_>, HashError> {
        self.turn_of(1, from).await
    }

    /// The same for two hashes, one after the other: who stood in the line once need not do so again.
    pub(super) async fn two_permits(&self, from: Crowd) -> Result<(HashPermit<'_>, HashPermit<'_>), HashError> {
        Ok((self.turn_of(2, from).await?, HashPermit { pool: self, place: None }))
    }

    async fn turn_of(&self, hashes: u32, from: Crowd) -> Result<HashPermit<'_>, HashError> {
        let wait = tokio::time::timeout(self.patience(hashes), self.line.place(from));
        match trace::span("wait for a turn at hashing", wait).await {
            Ok(place) => Ok(HashPermit { pool: self, place: Some(place) }),
            Err(_) => Err(HashError::Busy { retry_after: self.time_of_line() }),
        }
    }

    /// How long somebody waits for their turn: a crowd that came at once must not come back at once.
    fn patience(&self, hashes: u32) -> Duration {
        // After the wait come, for each hash, those who stand ready, and then the hash itself.
        let longest = WHOLE_TURN.saturating_sub(2 * hashes * self.in_company).max(SHORTEST_WAIT);
        let mut chance = [0];
        // Without chance, all wait equally long.
        let _ = rand::fill(&mut chance);
        longest * 3 / 4 + longest / 4 * u32::from(chance[0]) / 255
    }

    /// How long it takes until everybody had their turn who waits now.
    fn time_of_line(&self) -> Duration {
        self.time_per_password * u32::try_from(self.line.waiting() + 1).unwrap_or(u32::MAX)
    }

    pub(super) fn load(&self) -> HashLoad {
        let rounds = self.rounds.load(Ordering::Relaxed);
        HashLoad { rounds, waiting: self.line.waiting(), time_per_password: self.time_per_password }
    }
}

impl HashPermit<'_> {
    /// Does a job on one of the threads.
    pub(super) async fn run(self, job: Job) -> Result<Hash, HashError> {
        let (reply, answer) = oneshot::channel();
        let Self { pool, place } = self;
        let rounds: u64 = job.runs.iter().map(|run| 1 << run.cost).sum();
        let _ = pool.queue.send(Booking { job: job.clone(), reply, place });
        let answer = async {
            match &pool.relief {
                Some(relief) => relief.answer(job, answer).await,
                None => answer.await,
            }
        };
        let hash = trace::span("hash", answer).await.map_err(|gone| HashError::Failed(gone.into()))?;
        // Once, whoever computed them and however often.
        pool.rounds.fetch_add(rounds, Ordering::Relaxed);
        Ok(hash)
    }
}
