//! How fast a client may send messages: the next one is read when it is time.

use std::time::Duration;

use tokio::time::Instant;

/// The time of one message: 20 a second.
const EACH: Duration = Duration::from_millis(50);

/// How far ahead a client may be: 40 messages at once.
const AHEAD: Duration = Duration::from_secs(2);

/// When the next message is read.
pub(super) struct Pace {
    used_until: Instant,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self { used_until: Instant::now() }
    }

    /// Counts a message.
    pub(super) fn count(&mut self) {
        self.used_until = self.used_until.max(Instant::now()) + EACH;
    }

    /// When the next message may be read. May be past.
    pub(super) fn next(&self) -> Instant {
        self.used_until.checked_sub(AHEAD).unwrap_or(self.used_until)
    }
}
