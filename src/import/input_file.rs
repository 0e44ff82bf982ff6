//! A file as it is read: how far that is, and no row that would fill the memory.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The longest row, in bytes. A longer one is none: somebody forgot to close a quote, or wrote no lines.
const MAX_ROW_BYTES: u64 = 1 << 20;

/// A file, or standard input, and how many bytes of it were read.
pub(super) struct InputFile {
    inner: Box<dyn Read + Send>,
    read: Arc<AtomicU64>,
    limit: u64,
}

impl InputFile {
    /// Opens a file, standard input for `-`, and says how long it is, if anybody knows.
    pub(super) fn open(path: &Path, read: Arc<AtomicU64>) -> io::Result<(Self, Option<u64>)> {
        if path == Path::new("-") {
            return Ok((Self { inner: Box::new(io::stdin()), read, limit: MAX_ROW_BYTES }, None));
        }
        let file = File::open(path)?;
        let about = file.metadata()?;
        let length = about.is_file().then_some(about.len());
        Ok((Self { inner: Box::new(file), read, limit: MAX_ROW_BYTES }, length))
    }

    /// A row begins: from here on it may be as long as a row may be.
    pub(super) fn next_row(&mut self) {
        self.limit = self.read.load(Ordering::Relaxed) + MAX_ROW_BYTES;
    }
}

impl Read for InputFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read.load(Ordering::Relaxed) >= self.limit {
            return Err(io::Error::other("a row is longer than a megabyte"));
        }
        let length = self.inner.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
