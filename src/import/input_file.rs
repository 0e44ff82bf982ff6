//! A file or standard input, with its position and a limit for the length of a row.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The maximum length of a row in bytes. A longer one is the result of an unclosed quote, or the file has no lines.
const MAX_ROW_BYTES: u64 = 1 << 20;

/// A file or standard input.
pub(super) struct InputFile {
    inner: Box<dyn Read + Send>,
    position: Arc<AtomicU64>,
    /// The position at which the current row is too long.
    limit: u64,
}

impl InputFile {
    /// Opens a file, or standard input for `-`, and returns its length if it is known. Adds to `position` what is read.
    pub(super) fn open(path: &Path, position: Arc<AtomicU64>) -> io::Result<(Self, Option<u64>)> {
        if path == Path::new("-") {
            return Ok((Self { inner: Box::new(io::stdin()), position, limit: MAX_ROW_BYTES }, None));
        }
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let length = metadata.is_file().then_some(metadata.len());
        Ok((Self { inner: Box::new(file), position, limit: MAX_ROW_BYTES }, length))
    }

    /// Starts a row, which may have the maximum length from here on.
    pub(super) fn next_row(&mut self) {
        self.limit = self.position.load(Ordering::Relaxed) + MAX_ROW_BYTES;
    }
}

impl Read for InputFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.position.load(Ordering::Relaxed) >= self.limit {
            return Err(io::Error::other("a row is longer than 1 MiB"));
        }
        let length = self.inner.read(buffer)?;
        self.position.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
