//! A signing key in a file that only its owner can read.

use std::{fs, io, path::Path};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    algorithm::Algorithm,
    signing_key::{SigningError, SigningKey, generate_pkcs8},
};
use crate::private_file;

/// A key as it is stored. Has no `Debug`, because it contains the private key.
#[derive(Serialize, Deserialize)]
pub(super) struct StoredKey {
    pub(super) kid: String,
    pub(super) alg: Algorithm,
    pub(super) created_at: DateTime<Utc>,
    /// The time from which the key signs. Null until a rotation sets it.
    pub(super) signs_from: Option<DateTime<Utc>>,
    /// PKCS #8 in base64.
    private_key: String,
}

/// Why the folder of signing keys, or a key in it, cannot be used as requested.
#[derive(Debug, thiserror::Error)]
pub enum KeyFolderError {
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    Io(String, io::ErrorKind),
    /// Other users of the machine can read a private key.
    #[error("{0} can be read by others; `chmod 600` it")]
    Shared(String),
    /// A file does not contain a key.
    #[error("{0} does not contain a signing key")]
    NoKey(String),
    /// The cryptographic library failed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// No key has this name.
    #[error("there is no key {0}")]
    Unknown(String),
    /// The key is current, so that it cannot be removed.
    #[error("{0} is the current key; run `latchkey keys rotate --now` first")]
    Current(String),
}

impl StoredKey {
    pub(super) fn generate(
        alg: Algorithm,
        created_at: DateTime<Utc>,
        signs_from: Option<DateTime<Utc>>,
    ) -> Result<Self, KeyFolderError> {
        let pkcs8 = generate_pkcs8(alg)?;
        let kid = SigningKey::from_pkcs8(alg, &pkcs8)?.kid;
        Ok(Self { kid, alg, created_at, signs_from, private_key: STANDARD.encode(pkcs8) })
    }

    pub(super) fn read(path: &Path) -> Result<Self, KeyFolderError> {
        let name = || path.display().to_string();
        let unreadable = |error: io::Error| KeyFolderError::Io(name(), error.kind());
        if private_file::is_accessible_by_others(path).map_err(unreadable)? {
            return Err(KeyFolderError::Shared(name()));
        }
        let text = fs::read_to_string(path).map_err(unreadable)?;
        serde_json::from_str(&text).map_err(|_| KeyFolderError::NoKey(name()))
    }

    pub(super) fn key(&self) -> Result<SigningKey, KeyFolderError> {
        let no_key = || KeyFolderError::NoKey(format!("{}.json", self.kid));
        let pkcs8 = STANDARD.decode(&self.private_key).map_err(|_| no_key())?;
        let key = SigningKey::from_pkcs8(self.alg, &pkcs8).map_err(|_| no_key())?;
        // A copy of a file under another name is not another key.
        if key.kid == self.kid { Ok(key) } else { Err(no_key()) }
    }
}
