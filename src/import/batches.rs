//! Rows that were read, on their way to be written.

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::source::SourceError;
use crate::accounts::ImportUser;

/// How many rows are read, and written, together: soon over for whoever else wants to write.
const BATCH_ROWS: usize = 1000;

/// How many batches are read ahead.
const BATCHES_AHEAD: usize = 2;

/// A row that was found.
#[derive(Debug)]
pub(super) struct SourceRow {
    /// Its line, or its key.
    pub(super) position: String,
    /// The user, or why there is none.
    pub(super) user: Result<ImportUser, String>,
}

/// Several rows, or why there are no more.
pub(super) type Batch = Result<Vec<SourceRow>, SourceError>;

/// Where rows are given that were read. Whoever reads waits here until they are wanted.
pub(super) struct BatchSender {
    batch: Vec<SourceRow>,
    sender: Sender<Batch>,
}

impl BatchSender {
    pub(super) fn new() -> (Self, Receiver<Batch>) {
        let (sender, receiver) = mpsc::channel(BATCHES_AHEAD);
        (Self { batch: Vec::new(), sender }, receiver)
    }

    /// Gives one row.
    pub(super) async fn send(&mut self, found: SourceRow) -> Result<(), SourceError> {
        self.batch.push(found);
        if self.batch.len() < BATCH_ROWS {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_ROWS));
        self.sender.send(Ok(batch)).await.map_err(|_| SourceError::Cancelled)
    }

    /// Gives what is left, and why there is no more.
    pub(super) async fn finish(self, outcome: Result<(), SourceError>) {
        // Where nobody wants them any more, nothing is lost.
        let _ = self.sender.send(Ok(self.batch)).await;
        if let Err(unreadable) = outcome {
            let _ = self.sender.send(Err(unreadable)).await;
        }
    }
}
