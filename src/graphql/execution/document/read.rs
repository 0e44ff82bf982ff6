//! Reading a document: parses, limits and validates a text.

use async_graphql::ServerError;

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{limits, plan::cost},
    language::{self, syntax::Document},
    type_system::TypeSystem,
    validation::{self, Violation},
};

/// The conditions for a document to be executed.
#[derive(Debug)]
pub(in crate::graphql::execution) struct Requirements {
    /// The type system that documents are validated against.
    pub(in crate::graphql::execution) types: TypeSystem,
    /// Whether introspection is allowed.
    pub(in crate::graphql::execution) introspection: bool,
}

/// A document that is not executed.
pub(in crate::graphql::execution) enum DocumentError {
    /// It cannot be parsed, exceeds a limit, or is not available.
    Rejected(ServerError),
    /// It violates validation rules.
    Invalid(Vec<Violation>),
}

impl From<TopLevelError> for DocumentError {
    fn from(error: TopLevelError) -> Self {
        Self::Rejected(error.about_document())
    }
}

impl DocumentError {
    /// The errors for a client. Without introspection, validation errors have no details, because these would reveal the
    /// schema one name at a time.
    pub(in crate::graphql::execution) fn into_errors(self, introspection: bool) -> Vec<ServerError> {
        const MASK: &str = "The document is not valid for the schema of this server.";
        let explain = |Violation { position, message }: Violation| {
            let message = if introspection { message } else { MASK.to_owned() };
            let mut error = TopLevelError::new(Code::GraphqlValidationFailed, message).about_document();
            error.locations.push(position);
            error
        };
        match self {
            Self::Rejected(error) => vec![error],
            Self::Invalid(violations) => violations.into_iter().map(explain).collect(),
        }
    }
}

/// Reads the text of a document.
pub(in crate::graphql::execution) fn read(text: &str, requirements: &Requirements) -> Result<Document, DocumentError> {
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
