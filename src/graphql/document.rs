//! From the text of a document to the operation that it asks for.

use async_graphql::{
    ServerError,
    parser::{
        Error, parse_query,
        types::{ExecutableDocument, OperationType},
    },
};

use super::{
    limits,
    nesting::{MAX_NESTING, Unparsable, check_nesting},
    top_level_error::{Code, TopLevelError},
};

/// Parses a document that keeps to the limits; one that asks for the schema, only if clients may.
pub(super) fn parse(text: &str, introspection: bool) -> Result<ExecutableDocument, ServerError> {
    limits::check_length(text).map_err(|error| error.about_document())?;
    check_nesting(text).map_err(|reason| refuse(reason).about_document())?;
    let document = parse_query(text).map_err(|error| {
        let mut said = TopLevelError::new(Code::GraphqlParseFailed, explain(&error)).about_document();
        said.locations = error.positions().take(1).collect();
        said
    })?;
    limits::check(&document, introspection).map_err(|error| error.about_document())?;
    Ok(document)
}

fn refuse(reason: Unparsable) -> TopLevelError {
    match reason {
        Unparsable::TooDeep => TopLevelError::new(
            Code::QueryTooComplex,
            format!("A request may have at most {MAX_NESTING} brackets open at once."),
        ),
        Unparsable::UnclosedString => TopLevelError::new(Code::GraphqlParseFailed, "A string is never closed."),
    }
}

/// The kind of operation that is asked for: the one of this name, or the only one.
pub(super) fn operation_type(document: &ExecutableDocument, name: Option<&str>) -> Result<OperationType, ServerError> {
    let mut operations = document.operations.iter();
    let operation = match name {
        Some(name) => operations.find(|(of, _)| of.is_some_and(|of| of == name)),
        None => operations.next().filter(|_| operations.next().is_none()),
    };
    operation.map(|(_, operation)| operation.node.ty).ok_or_else(|| {
        let message = match name {
            Some(_) => "The document has no operation of the name in `operationName`.",
            None => "The document has several operations; say which in `operationName`.",
        };
        TopLevelError::new(Code::BadUserInput, message).about_document()
    })
}

/// What is wrong with a document, without the parser's own words.
fn explain(error: &Error) -> String {
    match error {
        Error::Syntax { start, .. } => format!("Syntax error in line {}, column {}.", start.line, start.column),
        Error::MultipleOperations { .. } => "An operation without a name must be the only one.".to_owned(),
        Error::OperationDuplicated { operation, .. } => format!("Two operations are called {operation}."),
        Error::FragmentDuplicated { fragment, .. } => format!("Two fragments are called {fragment}."),
        Error::MissingOperation => "The document has no operation.".to_owned(),
        Error::RecursionLimitExceeded => "The document nests too deeply.".to_owned(),
        Error::MultipleRoots { .. } | Error::MissingQueryRoot { .. } => "This is a schema, not a document.".to_owned(),
        _ => "The document is not GraphQL.".to_owned(),
    }
}

/// The id of a document. Some write `sha256:` before the hash, and Apollo's clients do not.
pub(super) fn without_algorithm(id: &str) -> &str {
    id.rsplit_once(':').map_or(id, |(_, hash)| hash)
}

/// The operation has to be sent in another way.
pub(super) fn other_carrier(message: &str) -> ServerError {
    TopLevelError::new(Code::BadUserInput, message).about_document()
}
