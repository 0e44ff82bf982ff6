//! A source of leaked passwords: a service, or a list in a file.

use std::{fmt, path::Path};

use super::{
    hash_list::{HashList, HashListError},
    range::{RangeService, RangeUrlError},
};

/// A source of leaked passwords.
#[derive(Clone, Debug)]
pub enum BreachSource {
    /// A service that returns all hashes in a range.
    Service(Box<RangeService>),
    /// A list of all hashes in a file.
    List(HashList),
}

/// Why a source cannot be used. The message does not contain its URL or path.
#[derive(Debug, thiserror::Error)]
pub enum BreachSourceError {
    /// The URL is not the URL of a service.
    #[error("must be {0}")]
    Service(#[from] RangeUrlError),
    /// The file is not a list.
    #[error("names a file that {0}")]
    List(#[from] HashListError),
}

impl BreachSource {
    /// Opens the service at a URL or the list in a file. Sends nothing to the service, and reads a sample of the list.
    ///
    /// # Errors
    ///
    /// [`BreachSourceError`].
    pub fn open(url_or_path: &str) -> Result<Self, BreachSourceError> {
        if url_or_path.contains("://") {
            Ok(Self::Service(Box::new(RangeService::at(url_or_path)?)))
        } else {
            Ok(Self::List(HashList::open(Path::new(url_or_path))?))
        }
    }
}

impl fmt::Display for BreachSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Service(service) => service.fmt(f),
            Self::List(list) => list.fmt(f),
        }
    }
}
