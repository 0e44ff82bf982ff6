//! From the text of a document to one that may be executed.

use async_graphql::ServerError;

use super::{
    language::{
        self,
        syntax::{Document, Operation},
    },
    limits,
    top_level_error::{Code, TopLevelError},
    type_system::TypeSystem,
    validation::{self, Violation},
};

/// Which documents may be executed.
#[derive(Debug)]
pub(super) struct Requirements {
    /// The schema that they have to fit.
    pub(super) types: TypeSystem,
    /// Whether they may ask for the schema. Where they may not, no error says more of it than that a document does not
    /// fit: a name at a time, that would give the schema away, too.
    pub(super) introspection: bool,
}

const MASK: &str = "The document does not fit the schema here.";

/// Parses a document that keeps to the limits and fits the schema.
pub(super) fn read(text: &str, requirements: &Requirements) -> Result<Document, Vec<ServerError>> {
    let refused = |error: TopLevelError| vec![error.about_document()];
    limits::check_length(text).map_err(refused)?;
    let document = language::parse(text).map_err(|error| {
        let code = if error.too_complex { Code::QueryTooComplex } else { Code::GraphqlParseFailed };
        let mut refusal = TopLevelError::new(code, error.message).about_document();
        refusal.locations.push(error.position);
        vec![refusal]
    })?;
    limits::check(&document, requirements.introspection).map_err(refused)?;
    let does_not_fit = |violations: Vec<Violation>| {
        violations.into_iter().map(|violation| explain(violation, requirements.introspection)).collect::<Vec<_>>()
    };
    validation::validate(&document, &requirements.types).map_err(does_not_fit)?;
    Ok(document)
}

fn explain(violation: Violation, introspection: bool) -> ServerError {
    let message = if introspection { violation.message } else { MASK.to_owned() };
    let mut error = TopLevelError::new(Code::GraphqlValidationFailed, message).about_document();
    error.locations.push(violation.position);
    error
}

/// The operation that is asked for: the one of this name, or the only one.
pub(super) fn operation<'d>(document: &'d Document, name: Option<&str>) -> Result<&'d Operation, TopLevelError> {
    let found = match (name, document.operations.as_slice()) {
        (Some(name), operations) => {
            operations.iter().find(|operation| operation.name.as_ref().is_some_and(|of| of == name))
        }
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    found.ok_or_else(|| {
        let message = match name {
            Some(_) => "The document has no operation of the name in `operationName`.",
            None => "The document has several operations; say which in `operationName`.",
        };
        TopLevelError::new(Code::BadUserInput, message)
    })
}

/// The id of a document. Some write `sha256:` before the hash, and Apollo's clients do not.
pub(super) fn without_algorithm(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(_, hash)| hash)
}
