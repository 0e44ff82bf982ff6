//! A signing secret that is generated once and kept in a file that only its owner can read.

use std::{fmt, fs, io, path::Path};

use uuid::Uuid;

use crate::{
    private_file,
    secrets::{SigningSecret, WeakSecretError},
};

/// A secret file that cannot be used.
#[derive(Debug)]
pub enum SecretFileError {
    /// The file cannot be read or created.
    Io(io::Error),
    /// The file holds a weak secret.
    Weak(WeakSecretError),
    /// Other users of the machine can read the file.
    Shared,
}

/// The secret in this file, and whether it was just generated: a file that does not exist is created. If several servers
/// start together, one of them creates it, and all read the same secret.
///
/// # Errors
///
/// [`SecretFileError`], if the file cannot be read or created, holds a weak secret or is readable by others.
pub fn read_or_generate(path: &Path) -> Result<(SigningSecret, bool), SecretFileError> {
    let is_missing = !path.exists();
    if is_missing {
        private_file::write_if_absent(path, random_text().as_bytes())?;
    }
    if private_file::is_accessible_by_others(path)? {
        return Err(SecretFileError::Shared);
    }
    let secret = SigningSecret::parse(fs::read_to_string(path)?.trim_end()).map_err(SecretFileError::Weak)?;
    Ok((secret, is_missing))
}

/// A new random secret.
///
/// # Errors
///
/// [`WeakSecretError`], if the random numbers of the system repeat.
pub fn new_secret() -> Result<SigningSecret, WeakSecretError> {
    SigningSecret::parse(&random_text())
}

/// Four version-4 UUIDs hold 488 random bits.
fn random_text() -> String {
    std::iter::repeat_with(|| Uuid::new_v4().simple().to_string()).take(4).collect()
}

impl From<io::Error> for SecretFileError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for SecretFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read or created: {}", error.kind()),
            Self::Weak(weak) => weak.fmt(f),
            Self::Shared => f.write_str("is readable by other users; run `chmod 600` on it"),
        }
    }
}
