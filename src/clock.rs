//! What time it is: the only place that asks, so that everything else takes time as a value.

use std::{fmt, sync::Arc};

use chrono::{DateTime, SubsecRound, Utc};

/// A source of the present moment. Cheap to clone; tests bring one whose hands they move.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    /// The machine's own clock.
    #[must_use]
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the time")]
        Self::from_fn(Utc::now)
    }

    /// A clock whose hands somebody else moves.
    pub fn from_fn(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present moment in whole microseconds: what PostgreSQL keeps, so that a time reads back as it was written.
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
