//! The folder that stores the signing keys, one file for each.

use std::{fs, io, path::PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    algorithm::Algorithm,
    keyring::{KeyState, Keyring, TimedKey},
    stored_key::{KeyFolderError, StoredKey},
};
use crate::private_file;

/// A folder with signing keys.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    pub(super) path: PathBuf,
    accepted_for: TimeDelta,
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

    pub(super) fn remove_expired(&self, now: DateTime<Utc>) -> Result<(), KeyFolderError> {
        let (keyring, _) = self.read()?;
        let mut expired = keyring.states(now).filter(|(_, state)| *state == KeyState::Expired);
        expired.try_for_each(|(timed, _)| self.remove(&timed.key.kid))
    }

    pub(super) fn stored(&self) -> Result<(Vec<StoredKey>, Vec<KeyFolderError>), KeyFolderError> {
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

    pub(super) fn write(&self, key: &StoredKey) -> Result<(), KeyFolderError> {
        let json = serde_json::to_vec_pretty(key).map_err(|_| KeyFolderError::NoKey(key.kid.clone()))?;
        private_file::replace(&self.file(&key.kid), &json).map_err(|error| self.io(&error))
    }

    fn remove(&self, kid: &str) -> Result<(), KeyFolderError> {
        fs::remove_file(self.file(kid)).map_err(|error| self.io(&error))
    }

    fn file(&self, kid: &str) -> PathBuf {
        self.path.join(format!("{kid}.json"))
    }

    pub(super) fn io(&self, error: &io::Error) -> KeyFolderError {
        KeyFolderError::Io(self.path.display().to_string(), error.kind())
    }
}
