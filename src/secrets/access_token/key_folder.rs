//! The folder that keeps the signing keys: a file for each, which only its owner may read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    algorithm::Algorithm,
    keyring::{KeyState, Keyring, TimedKey},
    signing_key::{SigningError, SigningKey, generate_pkcs8},
};
use crate::private_file;

/// How long a key is published before it signs: verifiers keep the published keys for a while.
pub const PUBLISHED_FIRST: TimeDelta = TimeDelta::minutes(10);

/// How long at least, when it is urgent: until every instance has looked into the folder again.
pub const AT_ONCE: TimeDelta = TimeDelta::seconds(5);

/// A folder with signing keys, and for how long a token is good that they signed.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    path: PathBuf,
    accepted_for: TimeDelta,
}

/// A key as it is kept. Has no `Debug`: it holds the private key.
#[derive(Serialize, Deserialize)]
struct StoredKey {
    kid: String,
    alg: Algorithm,
    created_at: DateTime<Utc>,
    /// From when on it signs; null for one that waits for a rotation.
    signs_from: Option<DateTime<Utc>>,
    /// PKCS #8 in base64.
    private_key: String,
}

/// Why the folder is of no use, or something in it is not as it was asked to be.
#[derive(Debug, thiserror::Error)]
pub enum KeyFolderError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, io::ErrorKind),
    /// Others may read a private key.
    #[error("{0} can be read by others; `chmod 600` it")]
    Shared(String),
    /// A file holds no key.
    #[error("{0} holds no signing key")]
    NoKey(String),
    /// The cryptographic library failed.
    #[error(transparent)]
    SigningError(#[from] SigningError),
    /// There is no such key.
    #[error("there is no key {0}")]
    Unknown(String),
    /// The key signs.
    #[error("{0} signs right now; `keys rotate --now` first")]
    Current(String),
}

/// When a key relieves another.
#[derive(Debug)]
pub struct KeyRotation {
    /// The key.
    pub kid: String,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
}

impl KeyFolder {
    /// The keys in this folder, whose tokens are good for `accepted_for` at the longest.
    #[must_use]
    pub fn new(path: PathBuf, accepted_for: TimeDelta) -> Self {
        Self { path, accepted_for }
    }

    /// The keys as they are now, and what is wrong with the files that hold none: one bad file must not keep a key from
    /// being retired.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`] when the folder itself cannot be read.
    pub fn read(&self) -> Result<(Keyring, Vec<KeyFolderError>), KeyFolderError> {
        let (stored, mut bad) = self.stored()?;
        let mut keys = Vec::new();
        for key in stored {
            match key.key() {
                Ok(of_stored) => keys.push(TimedKey { signs_from: key.signs_from, key: of_stored }),
                Err(error) => bad.push(error),
            }
        }
        Ok((Keyring::new(keys, self.accepted_for), bad))
    }

    /// Makes a key and says its name. The first one signs at once, a later one when a rotation says so.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`].
    pub fn generate(&self, algorithm: Algorithm, now: DateTime<Utc>) -> Result<String, KeyFolderError> {
        private_file::create_folder(&self.path).map_err(|error| self.io(&error))?;
        let first = self.stored()?.0.iter().all(|key| key.signs_from.is_none());
        let stored = StoredKey::generate(algorithm, now, first.then_some(now))?;
        self.write(&stored)?;
        Ok(stored.kid)
    }

    /// Lets the key that has waited longest relieve the current one, or a new one where none waits; and removes those
    /// that are over. It signs once it has been published for long enough or, when it is urgent, in five seconds.
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
        // One whose time is set already is not joined by another.
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
            (false, true) => now + AT_ONCE,
            (false, false) => (next.created_at + PUBLISHED_FIRST).max(now + AT_ONCE),
        };
        // What was urgent a moment ago still is.
        let signs_from = next.signs_from.map_or(signs_from, |arranged| arranged.min(signs_from));
        next.signs_from = Some(signs_from);
        self.write(&next)?;
        self.remove_expired(now)?;
        Ok(KeyRotation { kid: next.kid, signs_from })
    }

    /// Removes a key that does not sign: its tokens count no more, at once.
    ///
    /// # Errors
    ///
    /// [`KeyFolderError`].
    pub fn retire(&self, kid: &str, now: DateTime<Utc>) -> Result<(), KeyFolderError> {
        // Without the key that relieved it, an expired one would look as if it had been relieved later.
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
        let (mut stored, mut bad) = (Vec::new(), Vec::new());
        for entry in entries {
            let path = entry.map_err(|error| self.io(&error))?.path();
            // A draft has another ending.
            if path.extension().is_some_and(|extension| extension == "json") {
                match read_key(&path) {
                    Ok(key) => stored.push(key),
                    Err(error) => bad.push(error),
                }
            }
        }
        Ok((stored, bad))
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

fn read_key(path: &Path) -> Result<StoredKey, KeyFolderError> {
    let name = || path.display().to_string();
    let unreadable = |error: io::Error| KeyFolderError::Io(name(), error.kind());
    if private_file::is_accessible_by_others(path).map_err(unreadable)? {
        return Err(KeyFolderError::Shared(name()));
    }
    let text = fs::read_to_string(path).map_err(unreadable)?;
    serde_json::from_str(&text).map_err(|_| KeyFolderError::NoKey(name()))
}

impl StoredKey {
    fn generate(
        alg: Algorithm,
        created_at: DateTime<Utc>,
        signs_from: Option<DateTime<Utc>>,
    ) -> Result<Self, KeyFolderError> {
        let pkcs8 = generate_pkcs8(alg)?;
        let kid = SigningKey::of_pkcs8(alg, &pkcs8)?.kid;
        Ok(Self { kid, alg, created_at, signs_from, private_key: STANDARD.encode(pkcs8) })
    }

    fn key(&self) -> Result<SigningKey, KeyFolderError> {
        let no_key = || KeyFolderError::NoKey(format!("{}.json", self.kid));
        let pkcs8 = STANDARD.decode(&self.private_key).map_err(|_| no_key())?;
        let key = SigningKey::of_pkcs8(self.alg, &pkcs8).map_err(|_| no_key())?;
        // A file that was copied under another name is not another key.
        if key.kid == self.kid { Ok(key) } else { Err(no_key()) }
    }
}
