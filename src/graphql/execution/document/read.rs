//! Reading a document: from its text to one that may be executed.

use async_graphql::ServerError;

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{limits, plan::cost},
    language::{self, syntax::Document},
    type_system::TypeSystem,
    validation::{self, Violation},
};

/// Which documents may be executed.
#[derive(Debug)]
pub(in crate::graphql) struct Requirements {
    /// The schema that they have to fit.
    pub(in crate::graphql) types: TypeSystem,
    /// Whether they may ask for the schema.
    pub(in crate::graphql) introspection: bool,
}

/// Why a document is not executed.
pub(in crate::graphql) enum DocumentError {
    /// It is not GraphQL, or asks for too much.
    Unreadable(ServerError),
    /// It does not fit the schema.
    Unfit(Vec<Violation>),
}

impl From<TopLevelError> for DocumentError {
    fn from(error: TopLevelError) -> Self {
        Self::Unreadable(error.about_document())
    }
}

impl DocumentError {
    /// The errors for a client. Where clients may not ask for the schema, they say no more than that the document does not
    /// fit: one name at a time, that would give the schema away, too.
    pub(in crate::graphql) fn errors(self, introspection: bool) -> Vec<ServerError> {
        const MASK: &str = "The document does not fit the schema here.";
        let explain = |Violation { position, message }: Violation| {
            let message = if introspection { message } else { MASK.to_owned() };
            let mut error = TopLevelError::new(Code::GraphqlValidationFailed, message).about_document();
            error.locations.push(position);
            error
        };
        match self {
            Self::Unreadable(error) => vec![error],
            Self::Unfit(violations) => violations.into_iter().map(explain).collect(),
        }
    }
}

/// Parses a document that keeps to the limits and fits the schema.
pub(in crate::graphql) fn read(text: &str, requirements: &Requirements) -> Result<Document, DocumentError> {
    limits::check_length(text)?;
    let mut document = language::parse(text).map_err(|error| {
        let code = if error.too_complex { Code::QueryTooComplex } else { Code::GraphqlParseFailed };
        let mut refusal = TopLevelError::new(code, error.message).about_document();
        refusal.locations.push(error.position);
        DocumentError::Rejected(refusal)
    })?;
    limits::check(&document, requirements.introspection)?;
    validation::validate(&document, &requirements.types).map_err(DocumentError::Invalid)?;
    let is_cheap = |operation| cost::is_cheap(&document, operation, &requirements.types);
    let cheap: Vec<bool> = document.operations.iter().map(is_cheap).collect();
    for (operation, is_cheap) in document.operations.iter_mut().zip(cheap) {
        operation.is_cheap = is_cheap;
    }
    Ok(document)
}
