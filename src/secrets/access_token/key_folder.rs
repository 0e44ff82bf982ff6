//! The folder that stores the signing keys, one file for each.

use std::{fs, io, path::PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    algorithm::Algorithm,
    keyring::{KeyState, Keyring, TimedKey},
    stored_key::{KeyFolderError, StoredKey},
};
use crate::private_file;

/// How long a key is published before it signs, because verifiers cache the published keys.
const PUBLISHED_FOR: TimeDelta = TimeDelta::minutes(10);

/// How long a key is published before it signs when the rotation is urgent: until every instance has read the folder again.
const URGENTLY_PUBLISHED_FOR: TimeDelta = TimeDelta::seconds(5);

/// A folder with signing keys.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
    accepted_for: TimeDelta,
}

/// A scheduled rotation.
#[derive(Debug)]
pub struct KeyRotation {
    /// The name of the next key.
    pub kid: String,
    /// The time from which it signs.
    pub signs_from: DateTime<Utc>,
}

impl KeyFolder {
    /// The folder at this path. `accepted_for` is the longest lifetime of a token.
    #[must_use]
    pub fn new(path: PathBuf, accepted_for: TimeDelta) -> Self {
        Self { path, accepted_for }
    }

    /// Reads the keys. Returns the errors of single files beside the keys of the others, so that a bad file does not
    /// prevent a key from being retired.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`] when the folder itself cannot be read.
    pub fn read(&self) -> Result<(Keyring, Vec<KeyFolderError>), KeyFolderError> {
        let (stored, mut errors) = self.stored()?;
        let mut keys = Vec::new();
        for stored in stored {
            match stored.key() {
                Ok(key) => keys.push(TimedKey { signs_from: stored.signs_from, key }),
                Err(error) => errors.push(error),
            }
        }
        Ok((Keyring::new(keys, self.accepted_for), errors))
    }

    /// Generates a key and returns its name. The first key signs immediately; a later one waits for a rotation.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`].
    pub fn generate(&self, algorithm: Algorithm, now: DateTime<Utc>) -> Result<String, KeyFolderError> {
        private_file::create_folder(&self.path).map_err(|error| self.io(&error))?;
        let is_first = self.stored()?.0.iter().all(|key| key.signs_from.is_none());
        let stored = StoredKey::generate(algorithm, now, is_first.then_some(now))?;
        self.write(&stored)?;
        Ok(stored.kid)
    }

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

    /// Removes a key that is not current. Its tokens are immediately invalid.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`].
    pub fn retire(&self, kid: &str, now: DateTime<Utc>) -> Result<(), KeyFolderError> {
        // First the expired keys: without the key that replaced it, an expired key would seem to have been replaced later.
        self.remove_expired(now)?;
        let (keyring, _) = self.read()?;
        let mut states = keyring.states(now);
        match states.find(|(timed, _)| timed.key.kid == kid) {
            None => Err(KeyFolderError::Unknown(kid.to_owned())),
            Some((_, KeyState::Current)) => Err(KeyFolderError::Current(kid.to_owned())),
            Some((timed, _)) => self.remove(&timed.key.kid),
        }
    }

    fn remove_expired(&self, now: DateTime<Utc>) -> Result<(), KeyFolderError> {
        let (keyring, _) = self.read()?;
        let mut expired = keyring.states(now).filter(|(_, state)| *state == KeyState::Expired);
        expired.try_for_each(|(timed, _)| self.remove(&timed.key.kid))
    }

    fn stored(&self) -> Result<(Vec<StoredKey>, Vec<KeyFolderError>), KeyFolderError> {
        let entries = match fs::read_dir(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), Vec::new())),
            entries => entries.map_err(|error| self.io(&error))?,
        };
        let (mut stored, mut errors) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry.map_err(|error| self.io(&error))?.path();
            // A file that is still being written has another extension.
            if path.extension().is_some_and(|extension| extension == "json") {
                match StoredKey::read(&path) {
                    Ok(key) => stored.push(key),
                    Err(error) => errors.push(error),
                }
            }
        }
        Ok((stored, errors))
    }

    fn write(&self, key: &StoredKey) -> Result<(), KeyFolderError> {
        let json = serde_json::to_vec_pretty(key).map_err(|_| KeyFolderError::NoKey(key.kid.clone()))?;
        private_file::replace(&self.file(&key.kid), &json).map_err(|error| self.io(&error))
    }

    fn remove(&self, kid: &str) -> Result<(), KeyFolderError> {
        fs::remove_file(self.file(kid)).map_err(|error| self.io(&error))
    }

    fn file(&self, kid: &str) -> PathBuf {
        self.path.join(format!("{kid}.json"))
    }

    fn io(&self, error: &io::Error) -> KeyFolderError {
        KeyFolderError::Io(self.path.display().to_string(), error.kind())
    }
}
