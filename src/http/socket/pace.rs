//! Limits how fast the messages of a client are read: 20 a second, and 40 at once.

use std::time::Duration;

use tokio::time::Instant;

/// The time that each message takes up.
const PER_MESSAGE: Duration = Duration::from_millis(50);

/// How far ahead of time a client may be.
const BURST: Duration = Duration::from_secs(2);

/// The pace of one client.
pub(super) struct Pace {
    /// The end of the time that all messages so far take up.
    used_until: Instant,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { used_until: Instant::now() }
    }

    /// Counts a message.
    pub(super) fn count(&mut self) {
        self.used_until = self.used_until.max(Instant::now()) + PER_MESSAGE;
    }

    /// When the next message may be read. May be in the past.
    pub(super) fn next(&self) -> Instant {
        self.used_until.checked_sub(BURST).unwrap_or(self.used_until)
    }
}
