//! The keys that sign access tokens, each with the moment from which it signs: next, current, retired.
//!
//! Nothing is switched: at every moment the times say which key signs, and which ones are still accepted. So all
//! instances that have the same keys agree, and a rotation can be arranged beforehand.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet};

use super::{
    algorithm::Algorithm,
    signing_key::{SigningError, SigningKey},
};

/// A set of keys, and how long each is accepted after it has been relieved.
#[derive(Debug)]
pub struct Keyring {
    /// Those that sign first stand last; those that do not know yet when, first.
    keys: Vec<TimedKey>,
    accepted_for: TimeDelta,
}

/// A key, and from when on it signs.
#[derive(Debug)]
pub struct TimedKey {
    /// The key.
    pub key: SigningKey,
    /// Nobody has said yet when it begins, if `None`.
    pub signs_from: Option<DateTime<Utc>>,
}

/// What a key does at some moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// Is published, so that verifiers know it before it signs.
    Next,
    /// Signs.
    Current,
    /// Signs no more, and is accepted until its last token has expired.
    Retired {
        /// That moment.
        until: DateTime<Utc>,
    },
    /// Is over.
    Expired,
}

impl Keyring {
    /// The one key that signs from now on and for ever.
    #[must_use]
    pub fn single(key: SigningKey) -> Self {
        let signs_from = Some(DateTime::<Utc>::MIN_UTC);
        Self { keys: vec![TimedKey { key, signs_from }], accepted_for: TimeDelta::zero() }
    }

    /// These keys, each accepted for so long after it was relieved.
    #[must_use]
    pub fn new(mut keys: Vec<TimedKey>, accepted_for: TimeDelta) -> Self {
        keys.sort_by_key(|timed| std::cmp::Reverse(timed.signs_from.unwrap_or(DateTime::<Utc>::MAX_UTC)));
        Self { keys, accepted_for }
    }

    /// What each key does at this moment, the youngest first.
    pub fn states(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&TimedKey, KeyState)> {
        let mut relieved: Option<DateTime<Utc>> = None;
        self.keys.iter().map(move |timed| {
            let state = match (timed.signs_from.filter(|from| *from <= now), relieved) {
                (None, _) => KeyState::Next,
                (Some(from), None) => {
                    relieved = Some(from);
                    KeyState::Current
                }
                (Some(from), Some(at)) => {
                    relieved = Some(from);
                    let until = at + self.accepted_for;
                    if until > now { KeyState::Retired { until } } else { KeyState::Expired }
                }
            };
            (timed, state)
        })
    }

    /// How the key signs that does at this moment.
    #[must_use]
    pub fn algorithm(&self, now: DateTime<Utc>) -> Option<Algorithm> {
        self.current(now).ok().map(SigningKey::algorithm)
    }

    /// Whether a key signs at this moment.
    #[must_use]
    pub fn can_sign(&self, now: DateTime<Utc>) -> bool {
        self.current(now).is_ok()
    }

    /// The key that signs.
    pub(super) fn current(&self, now: DateTime<Utc>) -> Result<&SigningKey, SigningError> {
        let mut states = self.states(now);
        let current = states.find(|(_, state)| *state == KeyState::Current);
        current.map(|(timed, _)| &timed.key).ok_or(SigningError::NoneCurrent)
    }

    /// The key of this name, if its tokens are accepted. The next one is among them: another instance's clock may be
    /// ahead of ours.
    pub(super) fn accepted(&self, kid: &str, now: DateTime<Utc>) -> Option<&SigningKey> {
        let mut states = self.states(now).filter(|(_, state)| *state != KeyState::Expired);
        states.find(|(timed, _)| timed.key.kid == kid).map(|(timed, _)| &timed.key)
    }

    /// What verifiers need (RFC 7517 §5). Nothing of a symmetric key.
    pub(super) fn published(&self, now: DateTime<Utc>) -> JwkSet {
        let states = self.states(now).filter(|(_, state)| *state != KeyState::Expired);
        JwkSet { keys: states.filter_map(|(timed, _)| timed.key.public.clone()).collect::<Vec<Jwk>>() }
    }
}
