//! A folder that mails are kept in, a file for each, which only its owner may read.

use std::{fmt, path::PathBuf, sync::Arc};

use super::error::{Cause, SendError, Step};
use crate::mail::compose::message::Message;
use crate::private_file;

/// A folder for mails. It is made when the first one comes.
#[derive(Clone)]
pub struct FolderTransport {
    path: Arc<PathBuf>,
}

impl FolderTransport {
    /// This one.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path) }
    }

    /// Keeps a mail, whole or not at all, and says where.
    pub(super) async fn write(&self, message: &Message) -> Result<PathBuf, SendError> {
        let folder = Arc::clone(&self.path);
        let (file, message) = (folder.join(message.file_name()), message.bytes.clone());
        let keeping = move || {
            private_file::create_folder(&folder)?;
            private_file::replace(&file, &message).map(|()| file)
        };
        let kept = tokio::task::spawn_blocking(keeping).await.unwrap_or_else(|gone| Err(gone.into()));
        kept.map_err(|error| SendError::at(Step::WriteFile, Cause::File(error.kind())))
    }
}

impl fmt::Display for FolderTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the folder {}", self.path.display())
    }
}
