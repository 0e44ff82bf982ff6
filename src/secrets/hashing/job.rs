//! What a hash thread computes: a job of one password and one or more computations.

use std::collections::VecDeque;

use secrecy::SecretString;
use tokio::sync::oneshot;

use super::fair_queue::Slot;

/// The output of bcrypt.
pub(super) type RawHash = [u8; 24];

/// One password and the computations to do with it. The result of the first one is the result of the job; the others only
/// take time.
#[derive(Clone)]
pub(super) struct HashJob {
    pub(super) password: SecretString,
    pub(super) computations: VecDeque<Computation>,
}

/// One bcrypt computation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Computation {
    pub(super) salt: [u8; 16],
    pub(super) cost: u32,
}

/// A job that was sent to the hash threads.
pub(super) struct QueuedJob {
    pub(super) job: HashJob,
    /// Where the result is sent. It is closed when the caller has left.
    pub(super) reply: oneshot::Sender<RawHash>,
    /// Released when the job begins.
    pub(super) slot: Option<Slot>,
}
