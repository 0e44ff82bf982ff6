//! The documents that may be executed: any that is valid, or those that the operator trusts.

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
    /// Those that the operator trusts.
    Trusted(TrustedDocuments),
    /// Any that keeps to the limits and fits the schema.
    Any(DocumentCache),
}

impl Documents {
    /// Those of a manifest; without one, any.
    pub(super) fn new(manifest: Option<&str>, requirements: &Requirements) -> Result<Self, TrustedDocumentsError> {
        Ok(match manifest {
            Some(manifest) => Self::Trusted(TrustedDocuments::read(manifest, requirements)?),
            None => Self::Any(DocumentCache::new()),
        })
    }

    /// The document that a request asks for.
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

/// The id of a document. Some write `sha256:` before the hash, and Apollo's clients do not.
fn strip_algorithm(id: &str) -> &str {
    id.strip_prefix("sha256:").unwrap_or(id)
}
