//! A list of every password that leaked, in a file of its own: sorted by hash, as Have I Been Pwned's downloader writes it.

use std::{
    fmt,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{fingerprint::Fingerprint, sorted_lines::SortedLines};

/// The list in a file of any size. The file is opened anew each time, so that another may take its place.
#[derive(Clone, Debug)]
pub struct List(PathBuf);

/// Why a file is of no use as a list.
#[derive(Debug, thiserror::Error)]
pub enum HashListError {
    /// It is not there, or not for us.
    #[error("cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is a folder, or something else that is no file.
    #[error("is no regular file")]
    NoFile,
    /// Nothing is in it.
    #[error("is empty")]
    Empty,
    /// Something else is in it.
    #[error("has something else than a SHA-1 and perhaps :COUNT in each line")]
    NoHashes,
    /// A search would not find what is in it.
    #[error("is not sorted by hash")]
    Unsorted,
}

impl List {
    /// The list in this file, which is looked into here and there.
    ///
    /// # Errors
    ///
    /// [`HashListError`].
    pub(super) fn open(path: &Path) -> Result<Self, HashListError> {
        let list = Self(path.to_owned());
        list.lines()?.check()?;
        Ok(list)
    }

    /// Whether this password is in it. Waits for the disk.
    pub(super) fn contains(&self, wanted: &Fingerprint) -> Result<bool, HashListError> {
        self.lines()?.contains(wanted.whole())
    }

    fn lines(&self) -> Result<SortedLines<File>, HashListError> {
        // Before it is opened, which may wait for ever where it is a pipe.
        if !fs::metadata(&self.0)?.is_file() {
            return Err(HashListError::NoFile);
        }
        Ok(SortedLines::new(File::open(&self.0)?)?)
    }
}

impl fmt::Display for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
