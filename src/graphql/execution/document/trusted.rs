//! Trusted documents: a manifest of the only documents that may be executed.

use std::{collections::HashMap, fmt, sync::Arc};

use super::{
    read::{Requirements, read},
    strip_algorithm,
};
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::Document,
};

/// The parsed documents of a manifest, by id and by text.
pub(in crate::graphql::execution) struct TrustedDocuments {
    by_id: HashMap<String, Arc<Document>>,
    by_text: HashMap<String, Arc<Document>>,
}

/// A manifest that is not valid.
#[derive(Debug, thiserror::Error)]
pub enum TrustedDocumentsError {
    /// It is not a JSON object from id to document.
    #[error("is not a JSON object of ids and documents, as graphql-codegen writes it")]
    InvalidManifest,
    /// A document cannot be executed. Holds its id and the error.
    #[error("has a document that cannot be executed, {0}: {1}")]
    InvalidDocument(String, String),
    /// Two documents have the same id.
    #[error("has two documents with the id {0}, one of them with the prefix `sha256:`")]
    DuplicateId(String),
}

impl TrustedDocuments {
    /// Reads a manifest: a JSON object from id to document, as the client preset of graphql-codegen writes it with
    /// `persistedDocuments`.
    pub(super) fn read(manifest: &str, requirements: &Requirements) -> Result<Self, TrustedDocumentsError> {
        let texts: HashMap<String, String> =
            serde_json::from_str(manifest).map_err(|_| TrustedDocumentsError::InvalidManifest)?;
        let mut trusted = Self { by_id: HashMap::new(), by_text: HashMap::new() };
        for (id, text) in texts {
            let document = read(&text, requirements).map_err(|error| {
                // The message is for the operator, who may see details of the schema.
                let message = error.into_errors(true).into_iter().next().map(|error| error.message);
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

    /// The document with exactly this text.
    pub(super) fn by_text(&self, text: &str) -> Result<Arc<Document>, TopLevelError> {
        self.by_text.get(text).cloned().ok_or_else(untrusted_document)
    }
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedDocuments").field("count", &self.by_id.len()).finish_non_exhaustive()
    }
}

/// The error for a document that is not in the manifest.
fn untrusted_document() -> TopLevelError {
    let message = "This server executes trusted documents only, and this document is not one of them.";
    TopLevelError::new(Code::BadUserInput, message)
}
