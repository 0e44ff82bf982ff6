//! A clock that a test stops, advances and breaks.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use latchkey::clock::Clock;

/// Shows the machine's time until the test changes it.
#[derive(Clone, Default)]
pub struct TestClock {
    ahead: Arc<AtomicI64>,
    stopped_at: Arc<Mutex<Option<DateTime<Utc>>>>,
    broken: Arc<AtomicBool>,
}

impl TestClock {
    /// The clock to give to the server.
    pub fn to_clock(&self) -> Clock {
        let clock = self.clone();
        Clock::from_fn(move || {
            assert!(!clock.broken.load(Ordering::Relaxed), "the clock is broken");
            let now = clock.stopped_at.lock().unwrap().unwrap_or_else(now);
            now + TimeDelta::milliseconds(clock.ahead.load(Ordering::Relaxed))
        })
    }

    /// Stops the clock: from now on, it shows another time only if the test advances it.
    pub fn stop(&self) {
        *self.stopped_at.lock().unwrap() = Some(now());
    }

    /// Moves the clock forward, or back if the duration is negative.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
    }

    /// Makes every reading of the clock panic, or repairs the clock.
    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::Relaxed);
    }
}

#[expect(clippy::disallowed_methods, reason = "the clock of a test starts at the machine's time")]
fn now() -> DateTime<Utc> {
    Utc::now()
}
