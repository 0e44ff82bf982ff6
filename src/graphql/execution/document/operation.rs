//! Choosing the operation of a document (specification, section 6.1).

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Operation},
};

/// `GetOperation()`: the operation with this name; without a name, the only operation.
pub(in crate::graphql::execution) fn get_operation<'d>(
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
            Some(_) => "The document has no operation with the name in `operationName`.",
            None => "The document has several operations. Send the name of one in `operationName`.",
        };
        TopLevelError::new(Code::BadUserInput, message)
    })
}
