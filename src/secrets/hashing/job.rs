//! What a hash thread computes: a job of one password and one or more computations.

use std::collections::VecDeque;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::SecretString;
use tokio::sync::oneshot;

use super::{fair_queue::Slot, password_hash::STORED_BYTES};

/// The output of bcrypt.
pub(super) type RawHash = [u8; 24];

/// One password and the computations to do with it. The result of the first one is the result of the job; the others only
/// take time.
#[derive(Clone)]
pub(super) struct HashJob {
    pub(super) password: SecretString,
    pub(super) computations: VecDeque<Computation>,
    /// The stored part of the hash that a correct password has. It makes the other computations unnecessary, because the
    /// client learns that it is correct.
    pub(super) expected: Option<Vec<u8>>,
}

impl HashJob {
    /// Whether the result of the first computation is the expected one. Takes the same time for equal and different ones.
    pub(super) fn is_answered_by(&self, first: &RawHash) -> bool {
        let is_equal = |expected: &Vec<u8>| verify_slices_are_equal(&first[..STORED_BYTES], expected).is_ok();
        self.expected.as_ref().is_some_and(is_equal)
    }
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
