//! The arithmetic of counting attempts: two moments say it all.

use chrono::{DateTime, TimeDelta, Utc};

use super::limits::Allowance;

/// The attempts of somebody at something. Each adds its time to `forgotten_at` (the generic cell rate algorithm, ITU-T
/// I.371); the time since the last one is for waits that double.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    /// When the last attempt was.
    pub(super) last_at: DateTime<Utc>,
    /// When all of them are forgotten.
    pub(super) forgotten_at: DateTime<Utc>,
}

/// How far the clocks of instances may differ. What was counted later than that was counted by a clock that was wrong.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(1);

impl Counter {
    /// The same attempts, but nobody waits for a future that has not come: those from there were made so long ago that the
    /// next one is allowed.
    pub(super) fn as_of(self, now: DateTime<Utc>, Allowance { forgotten_after, .. }: Allowance) -> Self {
        if self.last_at <= now + CLOCKS_DIFFER {
            return self;
        }
        let last_at = now - forgotten_after;
        Self { last_at, forgotten_at: last_at + (self.forgotten_at - self.last_at) }
    }

    /// The moment from which the next attempt is allowed.
    pub(super) fn allowed_at(self, allowance: Allowance) -> DateTime<Utc> {
        let Allowance { burst, forgotten_after, first_wait } = allowance;
        let with_one_forgotten = self.forgotten_at - forgotten_after * (i32::try_from(burst).unwrap_or(i32::MAX) - 1);
        let Some(first_wait) = first_wait else { return with_one_forgotten };

        let past_the_burst = u32::try_from(self.remembered(allowance) - i64::from(burst));
        match past_the_burst.ok().map(|beyond| doubled(first_wait, beyond).min(forgotten_after)) {
            Some(wait) => with_one_forgotten.min(self.last_at + wait),
            None => DateTime::<Utc>::MIN_UTC,
        }
    }

    /// One attempt more.
    pub(super) fn plus_one(self, allowance: Allowance, now: DateTime<Utc>) -> Self {
        // Whoever waited for the lock may have looked at the clock before the one who had it.
        Self { last_at: self.last_at.max(now), forgotten_at: self.forgotten_at.max(now) + allowance.forgotten_after }
    }

    /// One attempt less: it was not what is counted.
    pub(super) fn minus_one(self, allowance: Allowance) -> Self {
        Self { forgotten_at: self.forgotten_at - allowance.forgotten_after, ..self }
    }

    /// How many attempts were remembered when the last one was counted.
    fn remembered(self, Allowance { forgotten_after, .. }: Allowance) -> i64 {
        let (all, one) = (self.forgotten_at - self.last_at, forgotten_after);
        (all.num_milliseconds() + one.num_milliseconds() - 1) / one.num_milliseconds().max(1)
    }
}

fn doubled(time: TimeDelta, times: u32) -> TimeDelta {
    // Past that, any wait is longer than the longest.
    time * 2_i32.pow(times.min(20))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STEADY: Allowance = Allowance { burst: 10, forgotten_after: TimeDelta::seconds(30), first_wait: None };
    const GUESSES: Allowance =
        Allowance { burst: 5, forgotten_after: TimeDelta::minutes(15), first_wait: Some(TimeDelta::seconds(1)) };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("a time")
    }

    fn fresh(now: DateTime<Utc>) -> Counter {
        Counter { last_at: now, forgotten_at: now }
    }

    /// When each attempt is made by somebody who tries again as soon as they may.
    fn as_often_as_allowed(allowance: Allowance, times: usize) -> Vec<i64> {
        let mut counter = fresh(at(0));
        let mut now = at(0);
        let attempt = |_| {
            now = now.max(counter.allowed_at(allowance));
            counter = counter.plus_one(allowance, now);
            (now - at(0)).num_seconds()
        };
        (0..times).map(attempt).collect()
    }

    #[test]
    fn after_the_burst_one_for_each_that_is_forgotten() {
        assert_eq!(as_often_as_allowed(STEADY, 13), [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30, 60, 90]);
    }

    #[test]
    fn a_million_in_five_minutes_are_a_million() {
        let many = Allowance { burst: 1_000_000, forgotten_after: TimeDelta::microseconds(300), first_wait: None };
        let counter = (0..999_999).fold(fresh(at(0)), |counter, _| counter.plus_one(many, at(0)));
        assert!(counter.allowed_at(many) <= at(0));
        assert!(counter.plus_one(many, at(0)).allowed_at(many) > at(0));
    }

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let expected = [0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1535, 2435];
        assert_eq!(as_often_as_allowed(GUESSES, 17), expected);
        let in_a_day = as_often_as_allowed(GUESSES, 200).into_iter().filter(|at| *at < 86_400).count();
        assert!((105..=115).contains(&in_a_day), "{in_a_day}");
    }

    #[test]
    fn an_attempt_that_is_taken_back_leaves_nothing() {
        let four = (0..4).fold(fresh(at(0)), |counter, _| counter.plus_one(GUESSES, at(0)));
        for _ in 0..50 {
            let taken_back = four.plus_one(GUESSES, at(9)).minus_one(GUESSES);
            assert_eq!(taken_back.forgotten_at, four.forgotten_at);
            assert!(taken_back.allowed_at(GUESSES) <= at(9));
        }
    }

    #[test]
    fn attempts_of_a_clock_that_was_ahead_keep_nobody_waiting_and_are_not_forgotten() {
        let years = 10 * 365 * 86_400;
        for allowance in [STEADY, GUESSES] {
            let burst = |now| (0..allowance.burst).fold(fresh(now), |counter, _| counter.plus_one(allowance, now));
            let ahead = burst(at(years)).as_of(at(0), allowance);
            assert!(ahead.allowed_at(allowance) <= at(0));
            let next = ahead.plus_one(allowance, at(0));
            assert_eq!(next.forgotten_at, burst(at(0)).forgotten_at);
            assert!(next.plus_one(allowance, at(0)).allowed_at(allowance) > at(0));
        }
        let slightly = fresh(at(5)).plus_one(STEADY, at(5));
        assert_eq!(slightly.as_of(at(0), STEADY), slightly, "an instance's clock may be ahead");
    }

    proptest! {
        /// However the attempts come, no stretch of time has more of them than the burst and what was forgotten in it.
        #[test]
        fn no_stretch_of_time_has_too_many(gaps in prop::collection::vec(0_i64..40, 1..120)) {
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
