//! SQLite's file, made so that only its owner may read it: there are password hashes in it.

use std::{fs::OpenOptions, io, path::Path};

/// Makes an empty file where there is none. What SQLite keeps beside it gets the same permissions.
pub(super) fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}
