//! Counts what was admitted and suppressed in the current period.

use std::time::Duration;

/// How much is admitted in a period.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    pub(super) count: u32,
    pub(super) period: Duration,
}

/// The current period of a limiter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    /// When the period began, or `None` before the first one.
    began: Option<Duration>,
    admitted: u32,
    suppressed: u64,
}

impl Window {
    pub(super) const EMPTY: Self = Self { began: None, admitted: 0, suppressed: 0 };

    /// Whether `now` is in the period of this window. A clock that is set back begins a new period, so that it cannot
    /// suppress anything for longer.
    pub(super) fn is_current(&self, limit: Limit, now: Duration) -> bool {
        self.began.is_some_and(|began| now.abs_diff(began) < limit.period)
    }

    /// Admits one more, or suppresses it. If it is admitted, returns how many were suppressed since the last one.
    pub(super) fn admit(&mut self, limit: Limit, now: Duration) -> Option<u64> {
        if !self.is_current(limit, now) {
            (self.began, self.admitted) = (Some(now), 0);
        }
        if self.admitted < limit.count {
            self.admitted += 1;
            Some(std::mem::take(&mut self.suppressed))
        } else {
            self.suppressed += 1;
            None
        }
    }
}
