//! Which operation of a document is executed.

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Operation},
};

/// The operation that is asked for: the one of this name, or the only one.
pub(in crate::graphql) fn get_operation<'d>(
    document: &'d Document,
    name: Option<&str>,
) -> Result<&'d Operation, TopLevelError> {
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
