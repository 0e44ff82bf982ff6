//! Measures how long a hash takes on this machine, and how many a thread should advance at once.

use std::time::{Duration, Instant};

use latchkey_hash_lanes::{Lane, MAX_LANES, advance};

/// The cost of the hashes that are measured at the start: a few milliseconds each.
const SAMPLE_COST: u32 = 5;

/// A lane count is good enough if each hash takes at most 100/97 of the time of the best one.
const TOLERANCE: (u128, u128) = (97, 100);

/// The smallest number of lanes with which a thread computes about as many hashes a second as with the best number. More
/// lanes make each hash take longer for little gain.
pub(super) fn best_lane_count() -> usize {
    let times: Vec<u128> =
        (1..=MAX_LANES).map(|lanes| duration_of(lanes, SAMPLE_COST).as_nanos() / lanes as u128).collect();
    let best = times.iter().min().copied().unwrap_or_default();
    times.iter().position(|time| time * TOLERANCE.0 <= best * TOLERANCE.1).unwrap_or(0) + 1
}

/// How long a thread takes for `lanes` hashes of this cost at once. With 0 lanes, for one hash by the bcrypt crate.
pub(super) fn duration_of(lanes: usize, cost: u32) -> Duration {
    let sample = || {
        #[expect(
            clippy::disallowed_methods,
            reason = "a duration is measured, which does not depend on the time of day"
        )]
        let start = Instant::now();
        if lanes == 0 {
            std::hint::black_box(bcrypt::bcrypt(SAMPLE_COST, [0; 16], b"how long does it take?\0"));
        } else {
            let lane = |_| Lane::new(b"how long does it take?", &[0; 16], SAMPLE_COST);
            let mut all: Vec<Lane> = (0..lanes).map(lane).collect();
            advance(&mut all, 1 << SAMPLE_COST);
            std::hint::black_box(all);
        }
        start.elapsed()
    };
    // The faster of two, because the first one wakes the core.
    sample().min(sample()) * 2u32.pow(cost.saturating_sub(SAMPLE_COST))
}
