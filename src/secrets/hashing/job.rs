//! What hash threads are given, and what they give back.

use std::collections::VecDeque;

use secrecy::SecretString;

/// What bcrypt makes of a password and a salt.
pub(super) type Hash = [u8; 24];

/// One password, hashed as often as it takes. What comes of the first is the answer; the others are for the time.
#[derive(Clone)]
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
