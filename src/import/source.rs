//! Opens a source and reads it in the background, a few batches ahead.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use secrecy::ExposeSecret;
use tokio::{runtime::Handle, sync::mpsc};

use super::{
    batches::{Batch, BatchSender, SourceRow},
    column::Columns,
    csv_file,
    error::SourceError,
    input_file::InputFile,
    json_lines,
    location::{Format, SourceLocation},
    table,
};

/// The users of another system, being read.
#[derive(Debug)]
pub struct Source {
    batches: mpsc::Receiver<Batch>,
    position: Arc<AtomicU64>,
    /// The size in bytes, or the number of rows of a database, if it is known.
    pub total: Option<u64>,
    /// Whether the size and the position are in bytes.
    pub in_bytes: bool,
}

impl Source {
    /// Opens a source, finds its columns, and starts to read.
    ///
    /// # Errors
    ///
    /// [`SourceError`] if the source cannot be opened or lacks a column.
    pub async fn open(location: SourceLocation, columns: Columns) -> Result<Self, SourceError> {
        let format = location.detect_format().ok_or(SourceError::Format)?;
        let position = Arc::new(AtomicU64::new(0));
        let (mut sender, batches) = BatchSender::new();
        let total = match format {
            Format::Sqlite => table::sqlite(location, &columns, sender, &position).await?,
            Format::Postgresql => table::postgresql(location, &columns, sender, &position).await?,
            Format::JsonLines | Format::Csv => {
                let path = Path::new(location.address.expose_secret());
                let (file, length) = InputFile::open(path, Arc::clone(&position))?;
                let runtime = Handle::current();
                // Not a thread of the runtime, which waits for its threads to end: standard input may never end.
                std::thread::spawn(move || {
                    runtime.block_on(async {
                        let outcome = match format {
                            Format::Csv => csv_file::read(file, &columns, &mut sender).await,
                            _ => json_lines::read(file, &columns, &mut sender).await,
                        };
                        sender.finish(outcome).await;
                    });
                });
                length
            }
        };
        let in_bytes = matches!(format, Format::JsonLines | Format::Csv);
        Ok(Self { batches, position, total, in_bytes })
    }

    pub(super) async fn next(&mut self) -> Option<Result<Vec<SourceRow>, SourceError>> {
        self.batches.recv().await
    }

    /// The number of bytes, or rows of a database, that are read.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }
}
