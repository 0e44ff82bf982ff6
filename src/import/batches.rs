//! Rows that were read, on their way to be written.

use tokio::sync::mpsc::{self, Receiver, Sender};

use super::source::Unreadable;
use crate::accounts::ImportUser;

/// How many rows are read, and written, together: soon over for whoever else wants to write.
const BATCH: usize = 1000;

/// How many batches are read ahead.
const AHEAD: usize = 2;

/// A row that was found.
#[derive(Debug)]
pub(super) struct Found {
    /// Its line, or its key.
    pub(super) place: String,
    /// The user, or why there is none.
    pub(super) row: Result<ImportUser, String>,
}

/// Several rows, or why there are no more.
pub(super) type Batch = Result<Vec<Found>, Unreadable>;

/// Where rows are given that were read. Whoever reads waits here until they are wanted.
pub(super) struct Batches {
    batch: Vec<Found>,
    sender: Sender<Batch>,
}

impl Batches {
    pub(super) fn new() -> (Self, Receiver<Batch>) {
        let (sender, receiver) = mpsc::channel(AHEAD);
        (Self { batch: Vec::new(), sender }, receiver)
    }

    /// Gives one row.
    pub(super) async fn give(&mut self, found: Found) -> Result<(), Unreadable> {
        self.batch.push(found);
        if self.batch.len() < BATCH {
            return Ok(());
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.sender.send(Ok(batch)).await.map_err(|_| Unreadable::Unwanted)
    }

    /// Gives what is left, and why there is no more.
    pub(super) async fn end(self, outcome: Result<(), Unreadable>) {
        // Where nobody wants them any more, nothing is lost.
        let _ = self.sender.send(Ok(self.batch)).await;
        if let Err(unreadable) = outcome {
            let _ = self.sender.send(Err(unreadable)).await;
        }
    }
}
