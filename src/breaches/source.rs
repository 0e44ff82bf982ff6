//! Where passwords that leaked are to be found: a service, or a list in a file.

use std::{fmt, path::Path};

use super::{
    hash_list::{HashListError, List},
    range::{RangeService, RangeUrlError},
};

/// Where to look.
#[derive(Clone, Debug)]
pub enum BreachSource {
    /// At a service that answers ranges of hashes.
    Service(Box<RangeService>),
    /// In a list of all of them.
    List(List),
}

/// Why it cannot be looked there. Does not repeat where.
#[derive(Debug, thiserror::Error)]
pub enum BreachSourceError {
    /// The URL is not one of a service.
    #[error("must be {0}")]
    Service(#[from] RangeUrlError),
    /// The file is no list.
    #[error("names a file that {0}")]
    List(#[from] HashListError),
}

impl BreachSource {
    /// The service at a URL, or the list in a file. Asks the service nothing, and looks into the list here and there.
    ///
    /// # Errors
    ///
    /// [`BreachSourceError`].
    pub fn open(place: &str) -> Result<Self, BreachSourceError> {
        if place.contains("://") {
            Ok(Self::Service(Box::new(RangeService::at(place)?)))
        } else {
            Ok(Self::List(List::open(Path::new(place))?))
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
