//! Limits how often similar lines are logged, so that a flood of requests cannot fill the log.
//!
//! [`LogLimiter`] is for one kind of line, [`KeyedLimiter`] for lines and rows about different users or other keys.
//! Both count what they suppress, and return that count when they admit the next one. Neither of them logs anything:
//! what to write, and under which target, is up to the caller.
//!
//! To limit another line, put a limiter next to it:
//!
//! ```
//! use latchkey::log_limiter::LogLimiter;
//!
//! static FAILURES: LogLimiter = LogLimiter::per_second(20);
//!
//! if let Some(suppressed) = FAILURES.admit_now() {
//!     tracing::warn!(target: "latchkey::server", suppressed, "request failed");
//! }
//! ```

mod keyed;
mod window;

use std::{
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use self::window::{Limit, Window};

pub use self::keyed::KeyedLimiter;

/// The start of the monotonic time that [`LogLimiter::admit_now`] uses.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Admits a number of log lines in each period, and counts the others.
#[derive(Debug)]
pub struct LogLimiter {
    limit: Limit,
    window: Mutex<Window>,
}

impl LogLimiter {
    /// Admits this many lines in each second.
    #[must_use]
    pub const fn per_second(lines: u32) -> Self {
        Self::new(lines, Duration::from_secs(1))
    }

    /// Admits this many lines in each `period`.
    #[must_use]
    pub const fn new(lines: u32, period: Duration) -> Self {
        Self { limit: Limit { count: lines, period }, window: Mutex::new(Window::EMPTY) }
    }

    /// Whether to log a line now. If so, returns how many were suppressed since the last line.
    pub fn admit_now(&self) -> Option<u64> {
        self.admit_at(START.elapsed())
    }

    /// Whether to log a line at this time of a [`Clock`](crate::clock::Clock). If so, returns how many were suppressed
    /// since the last line.
    ///
    /// One limiter uses either this or [`admit_now`](Self::admit_now), not both.
    pub fn admit(&self, now: DateTime<Utc>) -> Option<u64> {
        self.admit_at(since_epoch(now))
    }

    fn admit_at(&self, now: Duration) -> Option<u64> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner).admit(self.limit, now)
    }
}

fn since_epoch(now: DateTime<Utc>) -> Duration {
    Duration::from_millis(now.timestamp_millis().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_counted_and_returned_with_the_next_one() {
        let limiter = LogLimiter::per_second(2);
        let at = |milliseconds| limiter.admit_at(Duration::from_millis(milliseconds));
        assert_eq!([at(5000), at(5100), at(5200), at(5999)], [Some(0), Some(0), None, None]);
        assert_eq!([at(6000), at(6100), at(6200)], [Some(2), Some(0), None]);
        assert_eq!(at(1000), Some(1), "the clock was set back");
    }
}
