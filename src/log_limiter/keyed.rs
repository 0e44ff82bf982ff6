//! Limits repetitions of the same fact: in each period, the first one for each key is admitted.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};

use super::{
    since_epoch,
    window::{Limit, Window},
};

/// The most keys that are remembered. If more than these occur in one period, all of them are forgotten, and the next
/// fact for each key is admitted again.
const MAX_KEYS: usize = 10_000;

/// Admits one fact per key and period, and counts its repetitions.
///
/// ```
/// use std::time::Duration;
///
/// use chrono::{TimeDelta, Utc};
/// use latchkey::log_limiter::KeyedLimiter;
///
/// let limiter = KeyedLimiter::new(Duration::from_secs(60));
/// let now = Utc::now();
/// assert_eq!(limiter.admit("ada", now), Some(0));
/// assert_eq!(limiter.admit("ada", now), None);
/// assert_eq!(limiter.admit("bob", now), Some(0));
/// assert_eq!(limiter.admit("ada", now + TimeDelta::seconds(60)), Some(1), "one was suppressed");
/// ```
#[derive(Debug)]
pub struct KeyedLimiter<K> {
    limit: Limit,
    windows: Mutex<HashMap<K, Window>>,
}

impl<K: Eq + Hash> KeyedLimiter<K> {
    /// Admits one fact per key in each `period`.
    #[must_use]
    pub fn new(period: Duration) -> Self {
        Self { limit: Limit { count: 1, period }, windows: Mutex::default() }
    }

    /// Whether [`admit`](Self::admit) would suppress a fact with this key now. Changes nothing.
    pub fn would_suppress(&self, key: &K, now: DateTime<Utc>) -> bool {
        let windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        windows.get(key).is_some_and(|window| window.is_current(self.limit, since_epoch(now)))
    }

    /// Admits or suppresses a fact with this key. If it is admitted, returns how many were suppressed since the last
    /// one.
    pub fn admit(&self, key: K, now: DateTime<Utc>) -> Option<u64> {
        let now = since_epoch(now);
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(window) = windows.get_mut(&key) {
            return window.admit(self.limit, now);
        }
        if windows.len() >= MAX_KEYS {
            windows.retain(|_, window| window.is_current(self.limit, now));
        }
        if windows.len() >= MAX_KEYS {
            windows.clear();
        }
        windows.entry(key).or_insert(Window::EMPTY).admit(self.limit, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn the_first_of_each_period_returns_how_many_were_suppressed() {
        let limiter = KeyedLimiter::new(Duration::from_secs(10));
        assert!(!limiter.would_suppress(&"a", at(0)));
        assert_eq!(limiter.admit("a", at(0)), Some(0));
        assert!(limiter.would_suppress(&"a", at(9)) && !limiter.would_suppress(&"b", at(9)));
        assert!(!limiter.would_suppress(&"a", at(10)));
        assert_eq!(
            [limiter.admit("a", at(1)), limiter.admit("a", at(9)), limiter.admit("b", at(9))],
            [None, None, Some(0)]
        );
        assert_eq!(limiter.admit("a", at(10)), Some(2));
        assert_eq!(limiter.admit("a", at(-10)), Some(0), "the clock was set back");
    }

    #[test]
    fn the_number_of_remembered_keys_is_limited() {
        let limiter = KeyedLimiter::new(Duration::from_secs(10));
        for n in 0..3 * MAX_KEYS {
            assert_eq!(limiter.admit(n, at(0)), Some(0));
            assert!(limiter.windows.lock().unwrap().len() <= MAX_KEYS);
        }
    }
}
