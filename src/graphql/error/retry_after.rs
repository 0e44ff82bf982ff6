//! How long to wait before another attempt, in seconds and in words.

use std::time::Duration;

/// The seconds to wait, rounded up: an attempt that comes too early has to wait again.
pub(super) fn whole_seconds(wait: Duration) -> i32 {
    i32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i32::MAX)
}

/// The time to wait, in words: `in a second`, `in 90 seconds`, `in 15 minutes`.
pub(super) fn in_words(wait: Duration) -> String {
    match whole_seconds(wait) {
        1 => "in a second".to_owned(),
        seconds @ ..120 => format!("in {seconds} seconds"),
        seconds => format!("in {} minutes", (seconds + 59) / 60),
    }
}
