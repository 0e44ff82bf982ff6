//! Logs requests that were refused or slow. The length of the lines and their number are limited.

use std::time::Duration;

use crate::log_limiter::LogLimiter;

/// The longest path in a line, in bytes.
const MAX_PATH: usize = 200;

/// The longest method in a line, in bytes.
const MAX_METHOD: usize = 20;

/// The most lines a second about requests that any client can send.
const LINES_PER_SECOND: u32 = 20;

/// Writes a line for each request that was refused, that failed or that was slow, up to a limit.
#[derive(Debug)]
pub(in crate::http) struct RequestLog {
    refused: LogLimiter,
    unavailable: LogLimiter,
}

/// A completed request, as it is logged.
pub(super) struct Completed<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) status: u16,
    pub(super) took: Duration,
}

impl RequestLog {
    pub(in crate::http) fn new() -> Self {
        let limiter = || LogLimiter::per_second(LINES_PER_SECOND);
        Self { refused: limiter(), unavailable: limiter() }
    }

    /// Logs a request. `suppressed` in a line is the number of similar lines that were not written before it.
    pub(super) fn write(&self, completed: &Completed<'_>) {
        let limiter = match completed.status {
            400..500 => &self.refused,
            503 => &self.unavailable,
            _ => return completed.info(0),
        };
        if let Some(suppressed) = limiter.admit_now() {
            completed.info(suppressed);
        }
    }
}

impl Completed<'_> {
    fn info(&self, suppressed: u64) {
        let (method, path, status, duration_ms) = self.fields();
        match suppressed {
            0 => tracing::info!(target: "latchkey::requests", %method, path, status, duration_ms, "request completed"),
            _ => {
                tracing::info!(target: "latchkey::requests", %method, path, status, duration_ms, suppressed, "request completed");
            }
        }
    }

    pub(super) fn debug(&self) {
        let (method, path, status, duration_ms) = self.fields();
        tracing::debug!(target: "latchkey::requests", %method, path, status, duration_ms, "request completed");
    }

    /// The fields of the line. Method and path are shortened.
    fn fields(&self) -> (&str, &str, u16, u64) {
        let duration_ms = u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX);
        (cut(self.method, MAX_METHOD), cut(self.path, MAX_PATH), self.status, duration_ms)
    }
}

/// The beginning of a text, in whole characters.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
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
