//! Passwords that leaked elsewhere: whether somebody's new one is among them (NIST SP 800-63B-4 §3.1.1.2).
//!
//! Asks a service like Have I Been Pwned's, which learns five digits of a hash, or a list in a file. Knows no users, and
//! remembers neither what it was asked nor what it answered. Where nobody can tell, [`Lookup::Failed`] says so, in
//! time, and so does the log. To look somewhere else, add a file that looks a `Fingerprint` up, and a line in [`BreachSource`].

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

pub use hash_list::{HashListError, List};
pub use range::{RangeService, RangeUrlError};
pub use source::{BreachSource, BreachSourceError};

/// How long an answer may take: people wait for it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many passwords are looked up at once, and how many threads a disk that hangs may keep. The others wait for their
/// turn, which is part of their second.
const AT_ONCE: usize = 16;

/// How often it is told that there is no answer.
const TELL: TimeDelta = TimeDelta::minutes(1);

/// Looks passwords up.
#[derive(Debug)]
pub struct Breaches {
    corpus: Option<BreachSource>,
    turns: Arc<Semaphore>,
    told: Mutex<Option<DateTime<Utc>>>,
    clock: Clock,
}

/// What came of looking a password up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// There is nowhere to look.
    NotConfigured,
    /// It is not among those that leaked.
    NotFound,
    /// It is.
    Found,
    /// There was no answer; the log says why.
    Failed,
}

impl Breaches {
    /// Passwords are looked up there, if anywhere.
    #[must_use]
    pub fn new(corpus: Option<BreachSource>, clock: Clock) -> Self {
        Self { corpus, turns: Arc::new(Semaphore::new(AT_ONCE)), told: Mutex::default(), clock }
    }

    /// Whether this password leaked. Answers within about a second, whatever happens.
    pub async fn look_up(&self, password: &SecretString) -> Lookup {
        let Some(corpus) = &self.corpus else { return Lookup::NotConfigured };
        let answer = tokio::time::timeout(PATIENCE, self.ask(corpus, Fingerprint::of(password)));
        match trace::span("look a new password up", answer).await.unwrap_or(Err(LookupError::Late)) {
            Ok(true) => Lookup::Found,
            Ok(false) => Lookup::NotFound,
            Err(why) => {
                self.tell(&why);
                Lookup::Failed
            }
        }
    }

    async fn ask(&self, corpus: &BreachSource, wanted: Fingerprint) -> Result<bool, LookupError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        match corpus {
            BreachSource::Service(service) => service.contains(&wanted).await,
            BreachSource::List(list) => {
                let list = list.clone();
                let search = move || {
                    // Nobody waits for a disk that hangs, but its turn is not over.
                    let _turn = turn;
                    list.contains(&wanted)
                };
                Ok(tokio::task::spawn_blocking(search).await??)
            }
        }
    }

    /// Tells of it, unless it was told not long ago.
    fn tell(&self, why: &LookupError) {
        let now = self.clock.now();
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_none_or(|last| (now - last).abs() >= TELL) {
            *told = Some(now);
            tracing::warn!(target: "latchkey::breaches", %why, "new passwords are taken without knowing whether they leaked");
        }
    }
}

impl Lookup {
    /// What it is called among the metrics, if anybody was asked.
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
