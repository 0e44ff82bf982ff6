//! Documents that the operator trusts: where there are some, nothing else runs.

use std::{collections::HashMap, fmt};

use async_graphql::parser::types::ExecutableDocument;

use super::{document, top_level_error::TopLevelError};

/// The documents of a manifest, parsed, by their id and by their text.
pub struct TrustedDocuments {
    by_id: HashMap<String, usize>,
    by_text: HashMap<String, usize>,
    documents: Vec<ExecutableDocument>,
}

/// Why a manifest is of no use.
#[derive(Debug, thiserror::Error)]
pub enum Untrustworthy {
    /// It is no JSON object with a document for each id.
    #[error("is not a JSON object of ids and documents, as graphql-codegen writes it")]
    Manifest,
    /// One of its documents would be refused.
    #[error("holds a document that cannot run, {0}: {1}")]
    Document(String, String),
}

impl TrustedDocuments {
    /// The documents of a manifest: a JSON object that has a document for each id, as graphql-codegen's client preset
    /// writes it with `persistedDocuments`.
    ///
    /// # Errors
    ///
    /// [`Untrustworthy`].
    pub fn parse(manifest: &str) -> Result<Self, Untrustworthy> {
        let texts: HashMap<String, String> = serde_json::from_str(manifest).map_err(|_| Untrustworthy::Manifest)?;
        let mut trusted = Self { by_id: HashMap::new(), by_text: HashMap::new(), documents: Vec::new() };
        for (id, text) in texts {
            let parsed = document::parse(&text, true)
                .map_err(|error: async_graphql::ServerError| Untrustworthy::Document(id.clone(), error.message))?;
            let place = trusted.documents.len();
            trusted.documents.push(parsed);
            trusted.by_id.insert(without_algorithm(&id).to_owned(), place);
            trusted.by_text.insert(text, place);
        }
        Ok(trusted)
    }

    /// The document with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<ExecutableDocument> {
        self.by_id.get(without_algorithm(id)).map(|place| self.documents[*place].clone())
    }

    /// The document that reads exactly like this.
    pub(super) fn by_text(&self, text: &str) -> Option<ExecutableDocument> {
        self.by_text.get(text).map(|place| self.documents[*place].clone())
    }
}

/// Some write `sha256:` before the hash, and Apollo's clients do not.
fn without_algorithm(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(_, hash)| hash)
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrustedDocuments").field("count", &self.documents.len()).finish_non_exhaustive()
    }
}

/// What is asked for is none of them.
pub(super) fn not_trusted() -> TopLevelError {
    TopLevelError::new(super::Code::BadUserInput, "Only trusted documents run here, and this is none of them.")
}
