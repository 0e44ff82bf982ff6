//! A signing secret that is made once and kept in a file which only its owner may read.

use std::{fmt, fs, io, path::Path};

use uuid::Uuid;

use crate::{
    private_file,
    secrets::{SigningSecret, WeakSecretError},
};

/// Why the file is of no use.
#[derive(Debug)]
pub enum Unreadable {
    /// It cannot be read or written.
    Io(io::Error),
    /// What is in it will not do.
    Weak(WeakSecretError),
    /// Others may read it, so it is no secret.
    Shared,
}

/// The secret in this file, and whether it was made just now. Where there is none, a new one is made; of several servers
/// that start together, one does.
///
/// # Errors
///
/// [`Unreadable`].
pub fn read_or_generate(path: &Path) -> Result<(SigningSecret, bool), Unreadable> {
    let missing = !path.exists();
    if missing {
        private_file::write_if_absent(path, random_text().as_bytes())?;
    }
    if private_file::is_accessible_by_others(path)? {
        return Err(Unreadable::Shared);
    }
    let secret = SigningSecret::parse(fs::read_to_string(path)?.trim_end()).map_err(Unreadable::Weak)?;
    Ok((secret, missing))
}

/// A new secret, from the system's randomness.
///
/// # Errors
///
/// [`WeakSecretError`], if that randomness is none.
pub fn new_secret() -> Result<SigningSecret, WeakSecretError> {
    SigningSecret::parse(&random_text())
}

/// Four version-4 UUIDs hold 488 random bits.
fn random_text() -> String {
    std::iter::repeat_with(|| Uuid::new_v4().simple().to_string()).take(4).collect()
}

impl From<io::Error> for Unreadable {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "cannot be read or made: {}", error.kind()),
            Self::Weak(weak) => weak.fmt(f),
            Self::Shared => f.write_str("can be read by others; `chmod 600` it"),
        }
    }
}
