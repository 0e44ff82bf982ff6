//! Which of many equal facts are worth a line or a row: the first of each period.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};

/// How many facts are remembered. When there are more in one period, all are forgotten, so each of them may be the first
/// once more.
const MOST: usize = 10_000;

/// The facts of the last while, each by what it is about.
#[derive(Debug)]
pub(in crate::accounts) struct Repeats<K> {
    period: TimeDelta,
    seen: Mutex<HashMap<K, Seen>>,
}

/// When a fact was the first of its period, and how often it was repeated since.
#[derive(Clone, Copy, Debug)]
struct Seen {
    at: DateTime<Utc>,
    repeated: u64,
}

impl<K: Eq + Hash> Repeats<K> {
    /// What is repeated within this time counts as one.
    pub(in crate::accounts) fn within(period: TimeDelta) -> Self {
        Self { period, seen: Mutex::default() }
    }

    /// Whether a fact repeats one of this period. Changes nothing.
    pub(in crate::accounts) fn has(&self, fact: &K, now: DateTime<Utc>) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(fact).is_some_and(|seen| self.is_current(*seen, now))
    }

    /// Notes a fact. If it is the first of its period, gives how often it was repeated in the period before.
    pub(in crate::accounts) fn note(&self, fact: K, now: DateTime<Utc>) -> Option<u64> {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seen) = all.get_mut(&fact)
            && self.is_current(*seen, now)
        {
            seen.repeated += 1;
            return None;
        }
        if all.len() >= MOST {
            all.retain(|_, seen| self.is_current(*seen, now));
        }
        if all.len() >= MOST {
            all.clear();
        }
        let before = all.insert(fact, Seen { at: now, repeated: 0 });
        Some(before.map_or(0, |before| before.repeated))
    }

    /// A clock may be set back, which must not keep a fact quiet for longer.
    fn is_current(&self, seen: Seen, now: DateTime<Utc>) -> bool {
        (now - seen.at).abs() < self.period
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    #[test]
    fn the_first_of_each_period_says_how_often_it_was_repeated() {
        let repeats = Repeats::within(TimeDelta::seconds(10));
        assert!(!repeats.has(&"a", at(0)));
        assert_eq!(repeats.note("a", at(0)), Some(0));
        assert!(repeats.has(&"a", at(9)) && !repeats.has(&"b", at(9)) && !repeats.has(&"a", at(10)));
        assert_eq!(
            [repeats.note("a", at(1)), repeats.note("a", at(9)), repeats.note("b", at(9))],
            [None, None, Some(0)]
        );
        assert_eq!(repeats.note("a", at(10)), Some(2));
        assert_eq!(repeats.note("a", at(-10)), Some(0), "the clock was set back");
    }

    #[test]
    fn no_more_are_remembered_than_fit() {
        let repeats = Repeats::within(TimeDelta::seconds(10));
        for n in 0..3 * MOST {
            assert_eq!(repeats.note(n, at(0)), Some(0));
            assert!(repeats.seen.lock().unwrap().len() <= MOST);
        }
    }
}
