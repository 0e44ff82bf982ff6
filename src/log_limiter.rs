//! Keeps a flood of similar events from filling the log: some lines a second, and how many were left out.

use std::{
    sync::{LazyLock, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// The moment that the time of lines is counted from, where no clock is at hand.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// The span of time that the number of lines is for.
const WINDOW: Duration = Duration::from_secs(1);

/// Admits a number of log lines a second and counts the others.
///
/// The time comes in as a value, counted from any fixed moment. A clock that is set back begins a new second.
#[derive(Debug)]
pub struct LogLimiter {
    lines_per_second: u32,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    begun: Option<Duration>,
    lines: u32,
    left_out: u64,
}

impl LogLimiter {
    /// Admits this many lines a second.
    #[must_use]
    pub const fn new(lines_per_second: u32) -> Self {
        let window = Window { begun: None, lines: 0, left_out: 0 };
        Self { lines_per_second, window: Mutex::new(window) }
    }

    /// The same as [`admit`](Self::admit), with the time of this process.
    pub fn admit_now(&self) -> Option<u64> {
        self.admit(BEGUN.elapsed())
    }

    /// Whether to log a line now. If so, returns how many were left out since the last line.
    pub fn admit(&self, now: Duration) -> Option<u64> {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.begun.is_none_or(|begun| now.abs_diff(begun) >= WINDOW) {
            (window.begun, window.lines) = (Some(now), 0);
        }
        if window.lines < self.lines_per_second {
            window.lines += 1;
            Some(std::mem::take(&mut window.left_out))
        } else {
            window.left_out += 1;
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_counted_and_told_with_the_next_one() {
        let limiter = LogLimiter::new(2);
        let at = |milliseconds| limiter.admit(Duration::from_millis(milliseconds));
        assert_eq!([at(5000), at(5100), at(5200), at(5999)], [Some(0), Some(0), None, None]);
        assert_eq!([at(6000), at(6100), at(6200)], [Some(2), Some(0), None]);
        assert_eq!(at(1000), Some(1), "the clock was set back");
    }
}
