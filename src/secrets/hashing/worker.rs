//! The loop of a hash thread: takes jobs and advances several hashes at once.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError, atomic::AtomicU64, mpsc},
};

use secrecy::{ExposeSecret, zeroize::Zeroizing};

use super::{
    batch::Batch,
    job::{Computation, QueuedJob},
    password_hash::MAX_PASSWORD_BYTES,
    priority::pause,
};

/// Runs a hash thread until the pool is dropped. `progress` is incremented after every few steps.
///
/// After a panic, the jobs in progress have no result, and the thread continues with the next ones.
pub(super) fn run(jobs: &Mutex<mpsc::Receiver<QueuedJob>>, lanes: usize, progress: &AtomicU64) {
    while catch_unwind(AssertUnwindSafe(|| work(jobs, lanes, progress))).is_err() {}
}

/// Hashes until the queue is closed and empty.
fn work(jobs: &Mutex<mpsc::Receiver<QueuedJob>>, lanes: usize, progress: &AtomicU64) {
    let mut batch = Batch::new(lanes);
    loop {
        if batch.is_empty() {
            let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match next {
                Ok(job) if lanes == 0 => hash_with_crate(job),
                Ok(job) => batch.begin(job, None),
                Err(mpsc::RecvError) => return,
            }
        }
        // Where the lock is held, an idle thread is waiting for the next job and takes it.
        if batch.has_room()
            && let Some(job) = jobs.try_lock().ok().and_then(|jobs| jobs.try_recv().ok())
        {
            batch.begin(job, None);
        }
        batch.advance(progress);
        if !batch.is_empty() {
            pause();
        }
    }
}

/// Runs a whole job with the bcrypt crate, one hash after the other.
fn hash_with_crate(QueuedJob { job, reply, slot }: QueuedJob) {
    drop(slot);
    if reply.is_closed() {
        return;
    }
    // bcrypt reads a zero byte at the end of each password that is shorter than the limit.
    let mut bytes = Zeroizing::new(job.password.expose_secret().as_bytes().to_vec());
    bytes.push(0);
    bytes.truncate(MAX_PASSWORD_BYTES);
    let hash =
        |computation: &Computation| std::hint::black_box(bcrypt::bcrypt(computation.cost, computation.salt, &bytes));
    let mut hashes = job.computations.iter().map(hash);
    let Some(first) = hashes.next() else { return };
    if !job.is_answered_by(&first) {
        hashes.for_each(drop);
    }
    let _ = reply.send(first);
}
