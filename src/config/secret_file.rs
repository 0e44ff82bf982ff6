//! A signing secret that is made once and kept in a file which only its owner may read.

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
};

use uuid::Uuid;

use crate::secrets::{SigningSecret, WeakSecret};

/// Why the file is of no use.
#[derive(Debug)]
pub enum Unreadable {
    /// It cannot be read or written.
    Io(io::Error),
    /// What is in it will not do.
    Weak(WeakSecret),
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
        generate(path)?;
    }
    if is_shared(path)? {
        return Err(Unreadable::Shared);
    }
    let secret = SigningSecret::parse(fs::read_to_string(path)?.trim_end()).map_err(Unreadable::Weak)?;
    Ok((secret, missing))
}

/// A new secret, from the system's randomness.
///
/// # Errors
///
/// [`WeakSecret`], if that randomness is none.
pub fn new_secret() -> Result<SigningSecret, WeakSecret> {
    SigningSecret::parse(&random_text())
}

/// Four version-4 UUIDs hold 488 random bits.
fn random_text() -> String {
    std::iter::repeat_with(|| Uuid::new_v4().simple().to_string()).take(4).collect()
}

/// Written whole under another name and then linked, so that nobody ever reads half a secret, and the first one stays.
fn generate(path: &Path) -> io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}", Uuid::new_v4().simple()));
    let draft = Path::new(&draft);

    let mut file = create_private(draft)?;
    file.write_all(random_text().as_bytes())?;
    file.sync_all()?;
    let linked = fs::hard_link(draft, path);
    fs::remove_file(draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn create_private(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn is_shared(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_shared(_path: &Path) -> io::Result<bool> {
    Ok(false)
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
