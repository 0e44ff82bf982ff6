//! The log lines of requests that were refused or took long: their length and their number have limits.

use std::time::Duration;

use crate::log_limiter::LogLimiter;

/// The longest path in a line, in bytes, and the longest method.
const MAX_PATH: usize = 200;
const MAX_METHOD: usize = 20;

/// How many lines a second there are about requests that clients can have refused as often as they like.
const LINES_PER_SECOND: u32 = 20;

/// Writes one line for each request that did not go well, or some of them if there are too many.
#[derive(Debug)]
pub(in crate::http) struct RefusalLog {
    refused: LogLimiter,
    unavailable: LogLimiter,
}

/// What a line says of an answer.
pub(in crate::http) struct Answered<'a> {
    pub(in crate::http) method: &'a str,
    pub(in crate::http) path: &'a str,
    pub(in crate::http) status: u16,
    pub(in crate::http) took: Duration,
}

impl RefusalLog {
    pub(in crate::http) fn new() -> Self {
        let limiter = || LogLimiter::per_second(LINES_PER_SECOND);
        Self { refused: limiter(), unavailable: limiter() }
    }

    /// Logs an answer. `left_out` in a line says how many lines like it there were not since the last one.
    pub(in crate::http) fn write(&self, answered: &Answered<'_>) {
        let limiter = match answered.status {
            400..500 => &self.refused,
            503 => &self.unavailable,
            _ => return answered.log(0),
        };
        if let Some(left_out) = limiter.admit_now() {
            answered.log(left_out);
        }
    }
}

impl Answered<'_> {
    fn log(&self, left_out: u64) {
        let Self { method, path, status, took } = self;
        let (method, path) = (cut(method, MAX_METHOD), cut(path, MAX_PATH));
        match left_out {
            0 => tracing::info!(target: "latchkey::requests", %method, path, status, ?took, "answered"),
            left_out => {
                tracing::info!(target: "latchkey::requests", %method, path, status, ?took, left_out, "answered")
            }
        }
    }

    /// Logs an answer of which there are thousands a second.
    pub(in crate::http) fn debug(&self) {
        let Self { method, path, status, took } = self;
        let (method, path) = (cut(method, MAX_METHOD), cut(path, MAX_PATH));
        tracing::debug!(target: "latchkey::requests", %method, path, status, ?took, "answered");
    }
}

/// The beginning of a text, in whole characters.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("/graphql", 200), "/graphql");
        assert_eq!(cut(&format!("/{}", "ü".repeat(200)), 200), format!("/{}", "ü".repeat(99)));
    }
}
