//! Threads of their own for work that is slow on purpose, with a queue that has an end.
//!
//! A login storm must not take the threads that answer everybody else, and must not queue longer than people wait. Each
//! thread advances several hashes at once; who comes joins those that are under way, and nobody waits for company.

use std::{
    collections::VecDeque,
    error::Error,
    num::NonZeroUsize,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use aws_lc_rs::rand;
use latchkey_hash_lanes::{Lane, MOST_LANES, advance};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};
use tokio::sync::oneshot;

use super::{
    calibration,
    line::{Crowd, Line, Place},
};

/// How long a turn may take, from standing in the line to the hash: a request that needs two is still answered in time.
const WHOLE_TURN: Duration = Duration::from_millis(2300);

/// How long anyone may wait for a turn at least, however long a hash takes.
const SHORTEST_WAIT: Duration = Duration::from_millis(250);

/// After how many steps a thread looks whether somebody wants to join: a few milliseconds.
const STEPS: u32 = 64;

/// What bcrypt makes of a password and a salt.
pub(super) type Hash = [u8; 24];

/// One password, hashed as often as it takes. What comes of the first is the answer; the others are for the time.
pub(super) struct Job {
    pub(super) password: SecretString,
    pub(super) runs: VecDeque<Run>,
}

/// One hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) salt: [u8; 16],
    pub(super) cost: u32,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum NotHashed {
    /// Too many wait already; nothing was computed.
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
    queue: mpsc::Sender<Booking>,
    line: Line,
    longest_wait: Duration,
    time_of_each: Duration,
    rounds: Arc<AtomicU64>,
}

/// The right to have one job done, soon.
#[derive(Debug)]
pub(super) struct Turn<'p> {
    pool: &'p HashPool,
    place: Place,
}

/// A job, who waits for it, and its place in the line until it is begun.
struct Booking {
    job: Job,
    reply: oneshot::Sender<Hash>,
    place: Option<Place>,
}

/// A job that is under way in the lane of the same number.
struct Seat {
    booking: Booking,
    cost: u32,
    first: Option<Hash>,
}

/// What one worker has under way.
struct Table {
    seats: Vec<Seat>,
    lanes: Vec<Lane>,
}

impl HashPool {
    /// Starts `threads` workers that each advance so many hashes at once, or as many as pay off here, for hashes of about
    /// this cost.
    pub(super) fn start(threads: NonZeroUsize, lanes: Option<usize>, cost: u32) -> std::io::Result<Self> {
        let lanes = lanes.unwrap_or_else(calibration::lanes_that_pay_off).min(MOST_LANES);
        let (alone, in_company) = (calibration::time_of(lanes.min(1), cost), calibration::time_of(lanes, cost));
        tracing::info!(threads, lanes, ?alone, ?in_company, "how long a password takes");

        let at_once = threads.get() * lanes.max(1);
        let time_of_each = in_company / u32::try_from(at_once).unwrap_or(u32::MAX);
        let (queue, bookings) = mpsc::channel();
        let (bookings, rounds) = (Arc::new(Mutex::new(bookings)), Arc::<AtomicU64>::default());
        for n in 0..threads.get() {
            let (bookings, rounds) = (Arc::clone(&bookings), Arc::clone(&rounds));
            let work = move || {
                step_back();
                while catch_unwind(AssertUnwindSafe(|| work_off(&bookings, lanes, &rounds))).is_err() {}
            };
            thread::Builder::new().name(format!("hash-{n}")).spawn(work)?;
        }
        // As many as are under way may stand ready, so that no lane is ever empty; all others wait in the line.
        // After the wait come those who stand ready, and then the hash itself.
        let longest_wait = WHOLE_TURN.saturating_sub(2 * in_company).max(SHORTEST_WAIT);
        Ok(Self { queue, line: Line::new(at_once), longest_wait, time_of_each, rounds })
    }

    /// Waits for a turn, in a line that is fair between those who come from different places; [`NotHashed::Busy`] when it
    /// takes too long. Nobody is turned away at once: who is comes back at once, and a crowd of those costs more than one
    /// that waits.
    pub(super) async fn turn(&self, from: Crowd) -> Result<Turn<'_>, NotHashed> {
        match tokio::time::timeout(self.patience(), self.line.place(from)).await {
            Ok(place) => Ok(Turn { pool: self, place }),
            Err(_) => Err(NotHashed::Busy { retry_after: self.time_of_line() }),
        }
    }

    /// How long somebody waits for their turn: a crowd that came at once must not come back at once.
    fn patience(&self) -> Duration {
        let mut chance = [0];
        // Without chance, all wait equally long.
        let _ = rand::fill(&mut chance);
        self.longest_wait * 3 / 4 + self.longest_wait / 4 * u32::from(chance[0]) / 255
    }

    /// How long it takes until everybody had their turn who waits now.
    fn time_of_line(&self) -> Duration {
        self.time_of_each * u32::try_from(self.line.waiting() + 1).unwrap_or(u32::MAX)
    }

    /// How many rounds were computed so far: two to the power of its cost for each hash.
    pub(super) fn rounds(&self) -> u64 {
        self.rounds.load(Ordering::Relaxed)
    }
}

impl Turn<'_> {
    /// Does a job on one of the threads.
    pub(super) async fn run(self, job: Job) -> Result<Hash, NotHashed> {
        let (reply, answer) = oneshot::channel();
        let _ = self.pool.queue.send(Booking { job, reply, place: Some(self.place) });
        answer.await.map_err(|gone| NotHashed::Failed(gone.into()))
    }
}

/// Lets this thread work only where nobody else wants to, if the system lets it: a hash may take a little longer, and
/// nobody notices. Where it does not, all are alike.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn step_back() {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy::Normal, set_thread_priority_and_policy,
        thread_native_id,
    };
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, Normal(Idle)) {
        tracing::debug!(?error, "hashing at the priority of everything else");
    }
}

/// The same, as far as other systems know it.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn step_back() {
    if let Err(error) = thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Min) {
        tracing::debug!(?error, "hashing at the priority of everything else");
    }
}

/// One worker's life. A panic costs those who are under way their answers, and the pool nothing.
fn work_off(bookings: &Mutex<mpsc::Receiver<Booking>>, lanes: usize, rounds: &AtomicU64) {
    let mut table = Table { seats: Vec::with_capacity(lanes), lanes: Vec::with_capacity(lanes) };
    loop {
        if table.seats.is_empty() {
            let next = bookings.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(booking) if lanes == 0 => by_the_crate(booking, rounds),
                Ok(booking) => table.sit_down(booking, None),
                Err(mpsc::RecvError) => return,
            }
        }
        // Where the queue is held, another worker has nothing to do and takes whoever comes.
        while table.seats.len() < lanes
            && let Some(booking) = bookings.try_lock().ok().and_then(|bookings| bookings.try_recv().ok())
        {
            table.sit_down(booking, None);
        }
        table.go_on(rounds);
    }
}

impl Table {
    /// Begins the next hash of a job, unless whoever wanted it hung up.
    fn sit_down(&mut self, mut booking: Booking, first: Option<Hash>) {
        booking.place = None;
        let Some(run) = booking.job.runs.pop_front().filter(|_| !booking.reply.is_closed()) else { return };
        self.lanes.push(Lane::new(booking.job.password.expose_secret().as_bytes(), &run.salt, run.cost));
        self.seats.push(Seat { booking, cost: run.cost, first });
    }

    /// Takes a few steps with all, and gives answers to those who are done.
    fn go_on(&mut self, rounds: &AtomicU64) {
        let Some(left) = self.lanes.iter().map(Lane::left).min() else { return };
        advance(&mut self.lanes, left.min(STEPS));
        while let Some(over) = self.lanes.iter().position(|lane| lane.left() == 0) {
            let hash = self.lanes.swap_remove(over).finish();
            let Seat { booking, cost, first } = self.seats.swap_remove(over);
            count(cost, rounds);
            let first = first.unwrap_or(hash);
            if booking.job.runs.is_empty() {
                let _ = booking.reply.send(first);
            } else {
                self.sit_down(booking, Some(first));
            }
        }
    }
}

/// The whole job with the bcrypt crate, one hash after the other.
fn by_the_crate(Booking { job, reply, place }: Booking, rounds: &AtomicU64) {
    drop(place);
    if reply.is_closed() {
        return;
    }
    let mut closed = Zeroizing::new(job.password.expose_secret().as_bytes().to_vec());
    closed.push(0);
    closed.truncate(72);
    let hash = |run: &Run| {
        let hash = std::hint::black_box(bcrypt::bcrypt(run.cost, run.salt, &closed));
        count(run.cost, rounds);
        hash
    };
    let hashes: Vec<Hash> = job.runs.iter().map(hash).collect();
    if let Some(first) = hashes.first() {
        let _ = reply.send(*first);
    }
}

/// Notes a hash that was computed.
fn count(cost: u32, rounds: &AtomicU64) {
    rounds.fetch_add(1 << cost, Ordering::Relaxed);
}
