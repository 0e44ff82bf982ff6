//! Passes rows in batches from the thread that reads them to the import.

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::error::SourceError;
use crate::accounts::ImportUser;

/// The number of rows in a batch. Small enough that writing one does not delay other writers.
const BATCH_ROWS: usize = 1000;

/// The number of batches that are read ahead.
const BATCHES_AHEAD: usize = 2;

/// A row of a source.
#[derive(Debug)]
pub(super) struct SourceRow {
    /// The line or the key.
    pub(super) position: String,
    /// The user, or the reason why the row cannot be read.
    pub(super) user: Result<ImportUser, String>,
}

/// Several rows, or the error that ended the source.
pub(super) type Batch = Result<Vec<SourceRow>, SourceError>;

/// Collects rows and sends them in batches. Sending waits while enough batches are read ahead.
pub(super) struct BatchSender {
    batch: Vec<SourceRow>,
    sender: Sender<Batch>,
}

impl BatchSender {
    pub(super) fn new() -> (Self, Receiver<Batch>) {
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        (Self { batch: Vec::new(), sender }, receiver)
    }

    /// Adds one row.
    pub(super) async fn send(&mut self, row: SourceRow) -> Result<(), SourceError> {
        self.batch.push(row);
        if self.batch.len() < BATCH_ROWS {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_ROWS));
        self.sender.send(Ok(batch)).await.map_err(|_| SourceError::Cancelled)
    }

    /// Sends the remaining rows, and the error that ended the source, if any.
    pub(super) async fn finish(self, outcome: Result<(), SourceError>) {
        // If the import is cancelled, the rows are not needed.
        let _ = self.sender.send(Ok(self.batch)).await;
        if let Err(error) = outcome {
            let _ = self.sender.send(Err(error)).await;
        }
    }
}
