//! The arithmetic of a rate limit: a counter of attempts that consists of two times.

use chrono::{DateTime, TimeDelta, Utc};

use super::rate_limits::RateLimit;

/// The attempts in one bucket. Each attempt moves `forgotten_at` into the future by the time after which it is forgotten
/// (the generic cell rate algorithm, ITU-T I.371). `last_at` is needed for waits that double.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    /// When the last attempt was counted.
    pub(super) last_at: DateTime<Utc>,
    /// When all attempts are forgotten.
    pub(super) forgotten_at: DateTime<Utc>,
}

/// How much the clocks of instances may differ. An attempt that is further in the future was counted with a wrong clock.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

impl Counter {
    /// Corrects a counter that was written with a clock far ahead, so that its users do not have to wait for that clock: the
    /// same number of attempts, made so long ago that the next one is allowed.
    pub(super) fn as_of(self, now: DateTime<Utc>, RateLimit { forgotten_after, .. }: RateLimit) -> Self {
        if self.last_at <= now + MAX_CLOCK_SKEW {
            return self;
        }
        let last_at = now - forgotten_after;
        Self { last_at, forgotten_at: last_at + (self.forgotten_at - self.last_at) }
    }

    /// The time from which the next attempt is allowed.
    pub(super) fn allowed_at(self, limit: RateLimit) -> DateTime<Utc> {
        let RateLimit { burst, forgotten_after, first_wait } = limit;
        let with_one_forgotten = self.forgotten_at - forgotten_after * (i32::try_from(burst).unwrap_or(i32::MAX) - 1);
        let Some(first_wait) = first_wait else { return with_one_forgotten };

        let excess = u32::try_from(self.remembered(limit) - i64::from(burst));
        match excess.ok().map(|excess| doubled(first_wait, excess).min(forgotten_after)) {
            Some(wait) => with_one_forgotten.min(self.last_at + wait),
            None => DateTime::<Utc>::MIN_UTC,
        }
    }

    /// The counter with one more attempt.
    pub(super) fn plus_one(self, limit: RateLimit, now: DateTime<Utc>) -> Self {
        // A request that waited for the lock may have read the clock earlier than the request that held it.
        Self { last_at: self.last_at.max(now), forgotten_at: self.forgotten_at.max(now) + limit.forgotten_after }
    }

    /// The counter with one more attempt, but not beyond the limit of them.
    pub(super) fn plus_one_up_to_limit(self, limit: RateLimit, now: DateTime<Utc>) -> Self {
        let next = self.plus_one(limit, now);
        let full = now + limit.forgotten_after * i32::try_from(limit.burst).unwrap_or(i32::MAX);
        Self { forgotten_at: next.forgotten_at.min(full.max(self.forgotten_at)), ..next }
    }

    /// The counter with one attempt less, which turned out not to count.
    pub(super) fn minus_one(self, limit: RateLimit) -> Self {
        Self { forgotten_at: self.forgotten_at - limit.forgotten_after, ..self }
    }

    /// How many attempts were not yet forgotten when the last one was counted.
    fn remembered(self, RateLimit { forgotten_after, .. }: RateLimit) -> i64 {
        let (all, one) = (self.forgotten_at - self.last_at, forgotten_after);
        (all.num_milliseconds() + one.num_milliseconds() - 1) / one.num_milliseconds().max(1)
    }
}

fn doubled(time: TimeDelta, times: u32) -> TimeDelta {
    // The limit only prevents an overflow: such a wait is longer than the longest.
    time * 2_i32.pow(times.min(20))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEADY: RateLimit = RateLimit { burst: 10, forgotten_after: TimeDelta::seconds(30), first_wait: None };
    const GUESSES: RateLimit =
        RateLimit { burst: 5, forgotten_after: TimeDelta::minutes(15), first_wait: Some(TimeDelta::seconds(1)) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    fn fresh(now: DateTime<Utc>) -> Counter {
        Counter { last_at: now, forgotten_at: now }
    }

    /// The times of the attempts of a client that tries again as soon as it is allowed.
    fn as_often_as_allowed(limit: RateLimit, times: usize) -> Vec<i64> {
        let mut counter = fresh(at(0));
        let mut now = at(0);
        let attempt = |_| {
            now = now.max(counter.allowed_at(limit));
            counter = counter.plus_one(limit, now);
            (now - at(0)).num_seconds()
        };
        (0..times).map(attempt).collect()
    }

    #[test]
    fn after_the_burst_an_attempt_is_allowed_for_each_that_is_forgotten() {
        assert_eq!(as_often_as_allowed(STEADY, 13), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 90]);
    }

    #[test]
    fn a_limit_of_a_million_allows_a_million() {
        let many = RateLimit { burst: 1_000_000, forgotten_after: TimeDelta::microseconds(300), first_wait: None };
        let counter = (0..999_999).fold(fresh(at(0)), |counter, _| counter.plus_one(many, at(0)));
        assert!(counter.allowed_at(many) <= at(0));
        assert!(counter.plus_one(many, at(0)).allowed_at(many) > at(0));
    }

    #[test]
    fn attempts_beyond_a_limit_that_does_not_decide_cause_no_longer_wait() {
        let many = (0..1000).fold(fresh(at(0)), |counter, _| counter.plus_one_up_to_limit(STEADY, at(0)));
        assert_eq!(many, (0..10).fold(fresh(at(0)), |counter, _| counter.plus_one(STEADY, at(0))));
        assert_eq!(many.allowed_at(STEADY), at(30));
    }

    #[test]
    fn waits_double_up_to_fifteen_minutes() {
        let expected = [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1535, 2435];
        assert_eq!(as_often_as_allowed(GUESSES, 17), expected);
        let in_a_day = as_often_as_allowed(GUESSES, 200).into_iter().filter(|at| *at < 86_400).count();
        assert!((105..=115).contains(&in_a_day), "{in_a_day}");
    }

    #[test]
    fn an_attempt_that_is_taken_back_does_not_count() {
        let four = (0..4).fold(fresh(at(0)), |counter, _| counter.plus_one(GUESSES, at(0)));
        for _ in 0..50 {
            let taken_back = four.plus_one(GUESSES, at(9)).minus_one(GUESSES);
            assert_eq!(taken_back.forgotten_at, four.forgotten_at);
            assert!(taken_back.allowed_at(GUESSES) <= at(9));
        }
    }

    #[test]
    fn attempts_of_a_clock_far_ahead_cause_no_wait_and_are_not_forgotten() {
        let years = 10 * 365 * 86_400;
        for limit in [STEADY, GUESSES] {
            let burst = |now| (0..limit.burst).fold(fresh(now), |counter, _| counter.plus_one(limit, now));
            let ahead = burst(at(years)).as_of(at(0), limit);
            assert!(ahead.allowed_at(limit) <= at(0));
            let next = ahead.plus_one(limit, at(0));
            assert_eq!(next.forgotten_at, burst(at(0)).forgotten_at);
            assert!(next.plus_one(limit, at(0)).allowed_at(limit) > at(0));
        }
        let slightly = fresh(at(5)).plus_one(STEADY, at(5));
        assert_eq!(slightly.as_of(at(0), STEADY), slightly, "a clock may be slightly ahead");
    }

    proptest! {
        /// Whenever attempts are made, no period has more of them than the burst and those that were forgotten in it.
        #[test]
        fn no_period_has_too_many_attempts(gaps in prop::collection::vec(0_i64..40, 1..120)) {
            let (mut counter, mut now, mut allowed) = (fresh(at(0)), at(0), Vec::new());
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if counter.allowed_at(STEADY) <= now {
                    counter = counter.plus_one(STEADY, now);
                    allowed.push(now);
                }
            }
            for (n, first) in allowed.iter().enumerate() {
                for (m, last) in allowed.iter().enumerate().skip(n) {
                    let most = 10 + (*last - *first).num_seconds() / 30;
                    prop_assert!(i64::try_from(m - n + 1).unwrap() <= most);
                }
            }
        }
    }
}
