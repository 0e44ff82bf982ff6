//! Documents: finds the document of a request, and reads it unless it was read before.
//!
//! Without a manifest of trusted documents, every valid document may be executed, and the cache keeps the latest ones.
//! With a manifest, only its documents may be executed.

mod cache;
pub(super) mod operation;
mod read;
mod trusted;

use std::sync::Arc;

use super::request::DocumentSource;
use crate::graphql::language::syntax::Document;
use cache::DocumentCache;
pub(super) use read::{DocumentError, Requirements};
use trusted::TrustedDocuments;
pub use trusted::TrustedDocumentsError;

/// The documents that may be executed.
pub(super) enum Documents {
    /// The documents of a manifest.
    Trusted(TrustedDocuments),
    /// Every document that is within the limits and valid.
    Any(DocumentCache),
}

impl Documents {
    /// The documents of a manifest; without one, every valid document.
    pub(super) fn new(manifest: Option<&str>, requirements: &Requirements) -> Result<Self, TrustedDocumentsError> {
        Ok(match manifest {
            Some(manifest) => Self::Trusted(TrustedDocuments::read(manifest, requirements)?),
            None => Self::Any(DocumentCache::new()),
        })
    }

    /// Finds the document of a request.
    pub(super) fn find(
        &self,
        source: &DocumentSource,
        requirements: &Requirements,
    ) -> Result<Arc<Document>, DocumentError> {
        match (self, source) {
            (Self::Any(cache), DocumentSource::Text(text)) => cache.by_text(text, requirements),
            (Self::Any(cache), DocumentSource::Id(hash)) => Ok(cache.by_hash(hash)?),
            (Self::Trusted(trusted), DocumentSource::Text(text)) => Ok(trusted.by_text(text)?),
            (Self::Trusted(trusted), DocumentSource::Id(id)) => Ok(trusted.by_id(id)?),
        }
    }
}

/// Removes the prefix `sha256:` of a document id. Some clients send it, and Apollo's clients do not.
fn strip_algorithm(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}
