//! The keys that sign access tokens, each with the time from which it signs: next, current or retired.
//!
//! No key is switched on or off. The times decide which key signs at any moment and which are still accepted, so that all
//! instances with the same keys agree, and a rotation can be scheduled.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet};

use super::{
    algorithm::Algorithm,
    signing_key::{SigningError, SigningKey, SymmetricKeys},
};
use crate::secrets::signing_secret::SigningSecret;

/// A set of keys, and how long each is accepted after another key has replaced it.
#[derive(Debug)]
pub struct Keyring {
    /// The latest first. Keys without a time come before all others.
    keys: Vec<TimedKey>,
    accepted_for: TimeDelta,
    /// Symmetric keys that never sign, and until when their tokens are accepted.
    older: Vec<(SigningKey, DateTime<Utc>)>,
}

/// A key, and the time from which it signs.
#[derive(Debug)]
pub struct TimedKey {
    /// The key.
    pub key: SigningKey,
    /// The time from which the key signs. `None` until a rotation sets it.
    pub signs_from: Option<DateTime<Utc>>,
}

/// What a key is used for at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// The key is published, so that verifiers know it before it signs.
    Next,
    /// The key signs.
    Current,
    /// Another key has replaced the key. Its tokens are accepted until the last one has expired.
    Retired {
        /// The time at which the last token expires.
        until: DateTime<Utc>,
    },
    /// All tokens of the key have expired.
    Expired,
}

impl Keyring {
    /// A keyring with the symmetric keys of a secret: one that signs at all times, and those whose tokens are still
    /// accepted. `until` is when the tokens of an older release, which signed with the secret itself, have expired.
    ///
    /// # Errors
    ///
    /// [`SigningError`] when the cryptographic library fails.
    pub fn symmetric(secret: &SigningSecret, until: DateTime<Utc>) -> Result<Self, SigningError> {
        let SymmetricKeys { current: key, previous, underived } = SigningKey::hs256_of(secret)?;
        let signs_from = Some(DateTime::<Utc>::MIN_UTC);
        let keys = vec![TimedKey { key, signs_from }];
        let older =
            previous.map(|key| (key, DateTime::<Utc>::MAX_UTC)).into_iter().chain([(underived, until)]).collect();
        Ok(Self { keys, accepted_for: TimeDelta::zero(), older })
    }

    /// A keyring with these keys. Each is accepted for this time after another key has replaced it.
    #[must_use]
    pub fn new(mut keys: Vec<TimedKey>, accepted_for: TimeDelta) -> Self {
        keys.sort_by_key(|timed| std::cmp::Reverse(timed.signs_from.unwrap_or(DateTime::<Utc>::MAX_UTC)));
        Self { keys, accepted_for, older: Vec::new() }
    }

    /// The state of each key at this time, the latest key first.
    pub fn states(&self, now: DateTime<Utc>) -> impl Iterator<Item = (&TimedKey, KeyState)> {
        let mut replaced_at: Option<DateTime<Utc>> = None;
        self.keys.iter().map(move |timed| {
            let state = match (timed.signs_from.filter(|from| *from <= now), replaced_at) {
                (None, _) => KeyState::Next,
                (Some(from), None) => {
                    replaced_at = Some(from);
                    KeyState::Current
                }
                (Some(from), Some(at)) => {
                    replaced_at = Some(from);
                    let until = at + self.accepted_for;
                    if until > now { KeyState::Retired { until } } else { KeyState::Expired }
                }
            };
            (timed, state)
        })
    }

    /// The algorithm of the current key.
    #[must_use]
    pub fn algorithm(&self, now: DateTime<Utc>) -> Option<Algorithm> {
        self.current(now).ok().map(SigningKey::algorithm)
    }

    /// Whether there is a current key.
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

    /// The key with this name, if its tokens are accepted. That includes the next key, because the clock of another instance
    /// may be ahead.
    pub(super) fn accepted(&self, kid: &str, now: DateTime<Utc>) -> Option<&SigningKey> {
        let mut states = self.states(now).filter(|(_, state)| *state != KeyState::Expired);
        let found = states.find(|(timed, _)| timed.key.kid == kid).map(|(timed, _)| &timed.key);
        let older = || self.older.iter().find(|(key, until)| key.kid == kid && *until > now).map(|(key, _)| key);
        found.or_else(older)
    }

    /// The public keys that verifiers need (RFC 7517 §5). A symmetric key is not among them.
    pub(super) fn published(&self, now: DateTime<Utc>) -> JwkSet {
        let states = self.states(now).filter(|(_, state)| *state != KeyState::Expired);
        JwkSet { keys: states.filter_map(|(timed, _)| timed.key.public.clone()).collect::<Vec<Jwk>>() }
    }
}
