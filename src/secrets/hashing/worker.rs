//! What a hash thread does: it advances several hashes at once, and lets everybody else go first.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use latchkey_hash_lanes::{Lane, advance};
use secrecy::{ExposeSecret, zeroize::Zeroizing};
use tokio::sync::oneshot;

use super::{
    fair_queue::Place,
    job::{Hash, Job, Run},
};

/// After how many steps a thread looks whether somebody wants to join, or to go first: about a millisecond.
pub(super) const STEPS: u32 = 8;

/// Nobody joins before the others have done one of so many parts of their work.
const WHILE: u32 = 32;

/// A job, who waits for it, and its place in the line until it is begun.
pub(super) struct Booking {
    pub(super) job: Job,
    pub(super) reply: oneshot::Sender<Hash>,
    pub(super) place: Option<Place>,
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

/// Lets this thread work only where nobody else wants to, if the system lets it: a hash may take a little longer, and
/// nobody notices. Where it does not, all are alike.
#[cfg(target_os = "linux")]
pub(super) fn step_back() {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy::Normal, set_thread_priority_and_policy,
        thread_native_id,
    };
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, Normal(Idle)) {
        tracing::debug!(target: "latchkey::hashing", ?error, "hashing at the priority of everything else");
    }
    // By default Linux makes a pause 50 µs longer.
    let _ = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1));
}

/// Lets whoever waits for this core have it now. The lowest priority is not enough for that: Linux weighs it within a
/// group of processes only, and lets one group go on for several milliseconds while another waits, such as PostgreSQL's.
#[cfg(target_os = "linux")]
fn pause() {
    thread::sleep(std::time::Duration::from_micros(10));
}

/// The same, as far as other systems know it.
#[cfg(not(target_os = "linux"))]
pub(super) fn step_back() {
    if let Err(error) = thread_priority::set_current_thread_priority(thread_priority::ThreadPriority::Min) {
        tracing::debug!(target: "latchkey::hashing", ?error, "hashing at the priority of everything else");
    }
}

/// The same, as far as other systems know it: their sleep may be long.
#[cfg(not(target_os = "linux"))]
fn pause() {
    thread::yield_now();
}

/// One thread's life; each time that it goes on by a few steps, it counts. A panic costs those who are under way their answers, and the pool nothing.
pub(super) fn work(bookings: &Mutex<mpsc::Receiver<Booking>>, lanes: usize, steps: &AtomicU64) {
    while catch_unwind(AssertUnwindSafe(|| work_off(bookings, lanes, steps))).is_err() {}
}

/// Hashes until nobody can ask any more.
fn work_off(bookings: &Mutex<mpsc::Receiver<Booking>>, lanes: usize, steps: &AtomicU64) {
    let mut table = Table { seats: Vec::with_capacity(lanes), lanes: Vec::with_capacity(lanes) };
    loop {
        if table.seats.is_empty() {
            let next = bookings.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(booking) if lanes == 0 => by_the_crate(booking),
                Ok(booking) => table.sit_down(booking, None),
                Err(mpsc::RecvError) => return,
            }
        }
        // Where the queue is held, another worker has nothing to do and takes whoever comes.
        if table.seats.len() < lanes
            && table.has_settled()
            && let Some(booking) = bookings.try_lock().ok().and_then(|bookings| bookings.try_recv().ok())
        {
            table.sit_down(booking, None);
        }
        table.go_on(steps);
        if !table.seats.is_empty() {
            pause();
        }
    }
}

impl Table {
    /// Whether everybody has been here for a while. Those who begin at the same moment end at the same moment, and what
    /// follows their hashes would come in bursts that others feel.
    fn has_settled(&self) -> bool {
        self.lanes
            .iter()
            .zip(&self.seats)
            .all(|(lane, seat)| lane.left() <= (1 << seat.cost) - (1 << seat.cost) / WHILE)
    }

    /// Begins the next hash of a job, unless whoever wanted it hung up.
    fn sit_down(&mut self, mut booking: Booking, first: Option<Hash>) {
        booking.place = None;
        let Some(run) = booking.job.runs.pop_front().filter(|_| !booking.reply.is_closed()) else { return };
        self.lanes.push(Lane::new(booking.job.password.expose_secret().as_bytes(), &run.salt, run.cost));
        self.seats.push(Seat { booking, cost: run.cost, first });
    }

    /// Takes a few steps with all, and gives answers to those who are done.
    fn go_on(&mut self, steps: &AtomicU64) {
        // They hung up, or another thread was quicker.
        while let Some(unwanted) = self.seats.iter().position(|seat| seat.booking.reply.is_closed()) {
            self.lanes.swap_remove(unwanted);
            self.seats.swap_remove(unwanted);
        }
        let Some(left) = self.lanes.iter().map(Lane::left).min() else { return };
        advance(&mut self.lanes, left.min(STEPS));
        steps.fetch_add(1, Ordering::Relaxed);
        while let Some(over) = self.lanes.iter().position(|lane| lane.left() == 0) {
            let hash = self.lanes.swap_remove(over).finish();
            let Seat { booking, first, .. } = self.seats.swap_remove(over);
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
fn by_the_crate(Booking { job, reply, place }: Booking) {
    drop(place);
    if reply.is_closed() {
        return;
    }
    let mut closed = Zeroizing::new(job.password.expose_secret().as_bytes().to_vec());
    closed.push(0);
    closed.truncate(72);
    let hash = |run: &Run| std::hint::black_box(bcrypt::bcrypt(run.cost, run.salt, &closed));
    let hashes: Vec<Hash> = job.runs.iter().map(hash).collect();
    if let Some(first) = hashes.first() {
        let _ = reply.send(*first);
    }
}
