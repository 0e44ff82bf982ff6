//! Breached passwords: whether a new password has leaked from another site (NIST SP 800-63B-4 §3.1.1.2).
//!
//! Looks passwords up at a service like Have I Been Pwned's, which gets five digits of a hash, or in a list in a file. Knows
//! no users, and stores neither the passwords nor the results. If a lookup fails or takes too long, the result is
//! [`Lookup::Failed`] and the log has the reason; the caller decides whether to accept the password.
//!
//! To add another kind of source, add a file that looks a `Fingerprint` up, and a variant of [`BreachSource`].
//!
//! ```no_run
//! use latchkey::{
//!     breaches::{BreachSource, Breaches, Lookup},
//!     clock::Clock,
//! };
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let source = BreachSource::open("https://api.pwnedpasswords.com/range/")?;
//! let breaches = Breaches::new(Some(source), Clock::system());
//! assert_eq!(breaches.look_up(&"password".into()).await, Lookup::Found);
//! # Ok(())
//! # }
//! ```

mod entry;
mod error;
mod fingerprint;
mod hash_list;
mod range;
mod sorted_lines;
mod source;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use tokio::sync::Semaphore;

use self::{error::LookupError, fingerprint::Fingerprint};
use crate::{clock::Clock, trace};

pub use hash_list::{HashList, HashListError};
pub use range::{RangeService, RangeUrlError};
pub use source::{BreachSource, BreachSourceError};

/// How long a lookup may take: a user waits for it.
const TIMEOUT: Duration = Duration::from_secs(1);

/// How many passwords are looked up at once, which also limits how many threads a disk that hangs can block. The others
/// wait, and their wait is part of their timeout.
const MAX_LOOKUPS: usize = 16;

/// The shortest time between two warnings that lookups fail.
const WARNING_INTERVAL: TimeDelta = TimeDelta::minutes(1);

/// Looks passwords up in a source of leaked passwords.
#[derive(Debug)]
pub struct Breaches {
    source: Option<BreachSource>,
    permits: Arc<Semaphore>,
    last_warning: Mutex<Option<DateTime<Utc>>>,
    clock: Clock,
}

/// The result of looking a password up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// No source is configured.
    NotConfigured,
    /// The password has not leaked.
    NotFound,
    /// The password has leaked.
    Found,
    /// The lookup failed or took too long. The log has the reason.
    Failed,
}

impl Breaches {
    /// Looks passwords up in this source, if there is one.
    #[must_use]
    pub fn new(source: Option<BreachSource>, clock: Clock) -> Self {
        Self { source, permits: Arc::new(Semaphore::new(MAX_LOOKUPS)), last_warning: Mutex::default(), clock }
    }

    /// Looks a password up. Returns within about a second in any case.
    pub async fn look_up(&self, password: &SecretString) -> Lookup {
        let Some(source) = &self.source else { return Lookup::NotConfigured };
        let answer = tokio::time::timeout(TIMEOUT, self.ask(source, Fingerprint::of(password)));
        match trace::span("look up a breached password", answer).await.unwrap_or(Err(LookupError::Timeout)) {
            Ok(true) => Lookup::Found,
            Ok(false) => Lookup::NotFound,
            Err(error) => {
                self.warn(&error);
                Lookup::Failed
            }
        }
    }

    async fn ask(&self, source: &BreachSource, wanted: Fingerprint) -> Result<bool, LookupError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        match source {
            BreachSource::Service(service) => service.contains(&wanted).await,
            BreachSource::List(list) => {
                let list = list.clone();
                let search = move || {
                    // Held by the thread: after a timeout, the search continues and still counts.
                    let _permit = permit;
                    list.contains(&wanted)
                };
                Ok(tokio::task::spawn_blocking(search).await??)
            }
        }
    }

    /// Logs a failed lookup, unless one was logged a short time ago.
    fn warn(&self, error: &LookupError) {
        let now = self.clock.now();
        let mut last = self.last_warning.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|last| (now - last).abs() >= WARNING_INTERVAL) {
            *last = Some(now);
            tracing::warn!(target: "latchkey::breaches", %error, "breached password lookup failed: new passwords are accepted unchecked");
        }
    }
}

impl Lookup {
    /// The name in metrics. `None` if nothing was looked up.
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::NotConfigured => None,
            Self::NotFound => Some("not_found"),
            Self::Found => Some("found"),
            Self::Failed => Some("failed"),
        }
    }
}
