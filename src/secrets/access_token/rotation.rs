//! Rotating the signing keys: which key signs next, and from when.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    algorithm::Algorithm,
    key_folder::KeyFolder,
    stored_key::{KeyFolderError, StoredKey},
};
use crate::private_file;

/// How long a key is published before it signs, because verifiers cache the published keys.
const PUBLISHED_FOR: TimeDelta = TimeDelta::minutes(10);

/// How long a key is published before it signs when the rotation is urgent: until every instance has read the folder again.
const URGENTLY_PUBLISHED_FOR: TimeDelta = TimeDelta::seconds(5);

/// A scheduled rotation.
#[derive(Debug)]
pub struct KeyRotation {
    /// The name of the next key.
    pub kid: String,
    /// The time from which it signs.
    pub signs_from: DateTime<Utc>,
}

impl KeyFolder {
    /// Schedules the rotation to the key that has waited longest, or to a new key if none waits, and removes expired keys.
    /// The next key signs once it has been published for ten minutes, or in five seconds if the rotation is urgent.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`].
    pub fn rotate(
        &self,
        algorithm: Algorithm,
        urgent: bool,
        now: DateTime<Utc>,
    ) -> Result<KeyRotation, KeyFolderError> {
        private_file::create_folder(&self.path).map_err(|error| self.io(&error))?;
        let (waiting, signing): (Vec<_>, Vec<_>) =
            self.stored()?.0.into_iter().partition(|key| key.signs_from.is_none_or(|from| from > now));
        // A key that is already scheduled comes first, so that two rotations are one.
        let oldest = waiting
            .into_iter()
            .filter(|key| key.alg == algorithm)
            .min_by_key(|key| (key.signs_from.is_none(), key.created_at));
        let mut next = match oldest {
            Some(next) => next,
            None => StoredKey::generate(algorithm, now, None)?,
        };
        let signs_from = match (signing.is_empty(), urgent) {
            (true, _) => now,
            (false, true) => now + URGENTLY_PUBLISHED_FOR,
            (false, false) => (next.created_at + PUBLISHED_FOR).max(now + URGENTLY_PUBLISHED_FOR),
        };
        // An urgent rotation that is already scheduled stays urgent.
        let signs_from = next.signs_from.map_or(signs_from, |scheduled| scheduled.min(signs_from));
        next.signs_from = Some(signs_from);
        self.write(&next)?;
        self.remove_expired(now)?;
        Ok(KeyRotation { kid: next.kid, signs_from })
    }
}
