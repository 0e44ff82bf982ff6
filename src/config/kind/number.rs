//! Whole numbers within a range, and durations as numbers of a unit.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use chrono::TimeDelta;

use super::{Kind, modified::Mapped};

/// A whole number within a range.
pub(in crate::config) struct Number<T> {
    allowed: RangeInclusive<T>,
}

pub(in crate::config) fn number<T>(allowed: RangeInclusive<T>) -> Number<T> {
    Number { allowed }
}

pub(in crate::config) fn seconds(allowed: RangeInclusive<i64>) -> Mapped<Number<i64>, TimeDelta> {
    number(allowed).map(TimeDelta::seconds, TimeDelta::num_seconds)
}

pub(in crate::config) fn minutes(allowed: RangeInclusive<i64>) -> Mapped<Number<i64>, TimeDelta> {
    number(allowed).map(TimeDelta::minutes, TimeDelta::num_minutes)
}

pub(in crate::config) fn days(allowed: RangeInclusive<i64>) -> Mapped<Number<i64>, TimeDelta> {
    number(allowed).map(TimeDelta::days, TimeDelta::num_days)
}

impl<T: FromStr + PartialOrd + Display> Kind for Number<T> {
    type Value = T;

    fn expected(&self) -> String {
        format!("a whole number from {} to {}", self.allowed.start(), self.allowed.end())
    }

    fn parse(&self, text: &str) -> Result<T, String> {
        let number = text.parse().ok().filter(|number| self.allowed.contains(number));
        number.ok_or_else(|| format!("must be {}", self.expected()))
    }

    fn show(&self, value: &T) -> String {
        value.to_string()
    }
}
