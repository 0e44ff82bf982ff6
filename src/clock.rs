//! The clock: the only place that reads the time, so that all other code gets the time as a value.
//!
//! Production code uses [`Clock::system`]. A test passes a clock of its own and decides what time it is:
//!
//! ```
//! use chrono::DateTime;
//! use latchkey::clock::Clock;
//!
//! let new_year = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
//! let clock = Clock::from_fn(move || new_year);
//! assert_eq!(clock.now(), new_year);
//! ```

use std::{fmt, sync::Arc};

use chrono::{DateTime, SubsecRound, Utc};

/// A source of the current time. Cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The clock of the operating system.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the time")]
        Self::from_fn(Utc::now)
    }

    /// A clock that calls a function for the time.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The current time in whole microseconds. PostgreSQL stores the same precision, so that a stored time
    /// equals the original.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
