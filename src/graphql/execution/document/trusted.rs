//! Documents that the operator trusts: where there are some, nothing else runs.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{
    read::{Requirements, read},
    strip_algorithm,
};
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::Document,
};

/// The documents of a manifest, parsed, by their id and by their text.
pub(super) struct TrustedDocuments {
    by_id: HashMap<String, Arc<Document>>,
    by_text: HashMap<String, Arc<Document>>,
}

/// Why a manifest is of no use.
#[derive(Debug, thiserror::Error)]
pub enum TrustedDocumentsError {
    /// It is no JSON object with a document for each id.
    #[error("is not a JSON object of ids and documents, as graphql-codegen writes it")]
    InvalidManifest,
    /// One of its documents would be refused.
    #[error("holds a document that cannot run, {0}: {1}")]
    InvalidDocument(String, String),
    /// Two of its documents have the same id.
    #[error("holds two documents with the id {0}, once with `sha256:` before it and once without")]
    DuplicateId(String),
}

impl TrustedDocuments {
    /// The documents of a manifest: a JSON object that has a document for each id, as graphql-codegen's client preset
    /// writes it with `persistedDocuments`.
    pub(super) fn read(manifest: &str, requirements: &Requirements) -> Result<Self, TrustedDocumentsError> {
        let texts: HashMap<String, String> =
            serde_json::from_str(manifest).map_err(|_| TrustedDocumentsError::InvalidManifest)?;
        let mut trusted = Self { by_id: HashMap::new(), by_text: HashMap::new() };
        for (id, text) in texts {
            let document = read(&text, requirements).map_err(|invalid| {
                // For the operator, who may know the schema.
                let message = invalid.errors(true).into_iter().next().map(|error| error.message);
                TrustedDocumentsError::InvalidDocument(id.clone(), message.unwrap_or_default())
            })?;
            let document = Arc::new(document);
            let same = trusted.by_id.insert(strip_algorithm(&id).to_owned(), Arc::clone(&document));
            if same.is_some() {
                return Err(TrustedDocumentsError::DuplicateId(id));
            }
            trusted.by_text.insert(text, document);
        }
        Ok(trusted)
    }

    /// The document with this id.
    pub(super) fn by_id(&self, id: &str) -> Result<Arc<Document>, TopLevelError> {
        self.by_id.get(strip_algorithm(id)).cloned().ok_or_else(untrusted_document)
    }

    /// The document that reads exactly like this.
    pub(super) fn by_text(&self, text: &str) -> Result<Arc<Document>, TopLevelError> {
        self.by_text.get(text).cloned().ok_or_else(untrusted_document)
    }
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedDocuments").field("count", &self.by_id.len()).finish_non_exhaustive()
    }
}

/// What is asked for is none of them.
fn untrusted_document() -> TopLevelError {
    let message = "Only trusted documents run here, and this is none of them.";
    TopLevelError::new(Code::BadUserInput, message)
}
