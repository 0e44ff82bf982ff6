//! A list of all leaked passwords in a file, sorted by hash, as Have I Been Pwned's downloader writes it.

use std::{
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{fingerprint::Fingerprint, sorted_lines::SortedLines};

/// A list in a file of any size. The file is opened for each lookup, so that it can be replaced while the server runs.
#[derive(Clone, Debug)]
pub struct HashList(PathBuf);

/// Why a file cannot be used as a list.
#[derive(Debug, thiserror::Error)]
pub enum HashListError {
    /// The file does not exist, or this process may not read it.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The path is a folder, a pipe or the like.
    #[error("is not a regular file")]
    NotAFile,
    /// The file is empty.
    #[error("is empty")]
    Empty,
    /// A line is not a hash.
    #[error("has a line that is not a SHA-1 hash, with or without :COUNT")]
    NotHashes,
    /// The lines are not sorted, so that a search would miss some of them.
    #[error("is not sorted by hash")]
    Unsorted,
}

impl HashList {
    /// Opens the list in this file and checks a sample of its lines.
    ///
    /// # Errors
    ///
    /// [`HashListError`].
    pub(super) fn open(path: &Path) -> Result<Self, HashListError> {
        let list = Self(path.to_owned());
        list.lines()?.check()?;
        Ok(list)
    }

    /// Whether the list contains this password. Blocks on the disk.
    pub(super) fn contains(&self, wanted: &Fingerprint) -> Result<bool, HashListError> {
        self.lines()?.contains(wanted.digits())
    }

    fn lines(&self) -> Result<SortedLines<File>, HashListError> {
        // Checked first, because opening a pipe may block forever.
        if !fs::metadata(&self.0)?.is_file() {
            return Err(HashListError::NotAFile);
        }
        Ok(SortedLines::new(File::open(&self.0)?)?)
    }
}

impl fmt::Display for HashList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
