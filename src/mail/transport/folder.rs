//! Writes each message to a file that only its owner may read.

use std::{fmt, path::PathBuf, sync::Arc};

use super::error::{Cause, SendError, Step};
use crate::{mail::compose::message::Message, private_file};

/// A folder for messages, created with the first one.
#[derive(Clone)]
pub struct FolderTransport {
    path: Arc<PathBuf>,
}

impl FolderTransport {
    /// Creates a transport for the folder at this path.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path) }
    }

    /// Writes a message, completely or not at all, and returns the path of its file.
    pub(super) async fn write(&self, message: &Message) -> Result<PathBuf, SendError> {
        let folder = Arc::clone(&self.path);
        let (file, bytes) = (folder.join(message.file_name()), message.bytes.clone());
        let write = move || {
            private_file::create_folder(&folder)?;
            private_file::replace(&file, &bytes).map(|()| file)
        };
        let written = tokio::task::spawn_blocking(write).await.unwrap_or_else(|error| Err(error.into()));
        written.map_err(|error| SendError::new(Step::WriteFile, Cause::File(error.kind())))
    }
}

impl fmt::Display for FolderTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the folder {}", self.path.display())
    }
}
