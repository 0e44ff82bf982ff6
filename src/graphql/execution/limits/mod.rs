//! Limits for documents, checked after parsing and before validation.
//!
//! A fragment counts each time it is spread, but is measured once: with nested fragments, a document of one kilobyte
//! can select a billion fields.

mod measure;
mod secret_fields;

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::Document,
};
use measure::Measurer;
pub(super) use secret_fields::takes_secret;

/// The maximum length of a document, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024;

/// The maximum depth of selection sets. The introspection queries of graphql-js and GraphiQL need 15.
const MAX_DEPTH: usize = 20;

/// The maximum number of fields in an operation. Those introspection queries need 220.
const MAX_FIELDS: usize = 500;

/// The maximum number of fragment spreads in an operation.
const MAX_SPREADS: usize = 500;

/// The maximum number of operations in a document. Each of them has to be validated.
const MAX_OPERATIONS: usize = 20;

/// The maximum number of root fields in an operation.
const MAX_ROOT_FIELDS: usize = 20;

/// The maximum number of aliases in an operation.
const MAX_ALIASES: usize = 30;

/// The maximum number of directives in an operation.
const MAX_DIRECTIVES: usize = 30;

/// The maximum number of fields that check or set a password. Each is an attempt, and hashing is slow by design.
const MAX_CREDENTIAL_MUTATIONS: usize = 1;

/// The introspection fields. Each is allowed once, which is enough for the usual tools.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

/// The fields with lists that lead from a type to other types. On a path below `__schema` or `__type`, each is allowed
/// once, which is enough for the usual tools: twice would square the size of the response.
const CIRCULAR: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Checks the length of a document before it is parsed.
pub(super) fn check_length(document: &str) -> Result<(), TopLevelError> {
    if document.len() <= MAX_DOCUMENT {
        return Ok(());
    }
    let message = format!("A document may have at most {MAX_DOCUMENT} bytes.");
    Err(TopLevelError::new(Code::QueryTooComplex, message))
}

/// Checks the limits of every operation, and that none uses introspection unless it is allowed.
pub(super) fn check(document: &Document, introspection: bool) -> Result<(), TopLevelError> {
    check_limit("operations", document.operations.len(), MAX_OPERATIONS)?;
    let mut measurer = Measurer::new(document);
    for operation in &document.operations {
        let measure = measurer.measure(operation)?;
        if measure.introspection != [0, 0] && !introspection {
            return Err(TopLevelError::new(Code::GraphqlValidationFailed, "Introspection is disabled on this server."));
        }
        measure.check()?;
    }
    // Unused fragments are not valid, but validation visits them.
    document.fragments.iter().try_for_each(|fragment| measurer.fragment(&fragment.name, 0)?.check_size())
}

fn check_limit(what: &str, found: usize, limit: usize) -> Result<(), TopLevelError> {
    if found <= limit {
        return Ok(());
    }
    Err(TopLevelError::new(Code::QueryTooComplex, format!("A request may have at most {limit} {what}.")))
}
