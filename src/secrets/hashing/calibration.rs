//! How long a hash takes here, and with how many lanes most of them are done.

use std::time::{Duration, Instant};

use latchkey_hash_lanes::{Lane, MAX_LANES, advance};

/// The cost of the hashes that are timed at start: a few milliseconds each.
const SAMPLE_COST: u32 = 5;

/// The fewest lanes with which nearly as many hashes a second are done here as with any number: more of them make each
/// hash take longer for little.
pub(super) fn lanes_that_pay_off() -> usize {
    let each: Vec<u128> = (1..=MAX_LANES).map(|lanes| time_of(lanes, SAMPLE_COST).as_nanos() / lanes as u128).collect();
    let best = each.iter().min().copied().unwrap_or_default();
    each.iter().position(|each| each * 97 <= best * 100).unwrap_or(0) + 1
}

/// How long so many hashes of this cost take at once here; without lanes, one by the crate.
pub(super) fn time_of(lanes: usize, cost: u32) -> Duration {
    let sample = || {
        #[expect(clippy::disallowed_methods, reason = "how long something took is not what time it is")]
        let begun = Instant::now();
        if lanes == 0 {
            std::hint::black_box(bcrypt::bcrypt(SAMPLE_COST, [0; 16], b"how long does it take?\0"));
        } else {
            let lane = |_| Lane::new(b"how long does it take?", &[0; 16], SAMPLE_COST);
            let mut all: Vec<Lane> = (0..lanes).map(lane).collect();
            advance(&mut all, 1 << SAMPLE_COST);
            std::hint::black_box(all);
        }
        begun.elapsed()
    };
    // The quicker of two: the first one wakes the core.
    sample().min(sample()) * 2u32.pow(cost.saturating_sub(SAMPLE_COST))
}
