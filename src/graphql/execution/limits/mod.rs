//! How much one request may ask for, measured on the parsed document before anything else is done with it.
//!
//! Fragments are counted each time they are used, and measured once each: a document of a kilobyte can ask for a
//! billion fields by way of fragments within fragments.

mod measure;
mod secret_fields;

use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::Document,
};
use measure::Measurer;
pub(in crate::graphql) use secret_fields::takes_secret;

/// The longest document, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024;

/// How deep selections may nest. The introspection queries of graphql-js and GraphiQL need 15.
const MAX_DEPTH: usize = 20;

/// How many fields a request may ask for. Those introspection queries need 220.
const MAX_FIELDS: usize = 500;

/// How many fragments may be used in an operation, each as often as it is.
const MAX_SPREADS: usize = 500;

/// How many operations a document may have. Every rule of validation holds for each of them.
const MAX_OPERATIONS: usize = 20;

/// How many fields may stand at the top of an operation.
const MAX_ROOT_FIELDS: usize = 20;

/// How many fields may be asked for under another name.
const MAX_ALIASES: usize = 30;

/// How many directives may be used.
const MAX_DIRECTIVES: usize = 30;

/// How many fields may try a password. Each is an attempt, and slow on purpose.
const MAX_CREDENTIAL_MUTATIONS: usize = 1;

/// The fields that try a password or choose one.
const CREDENTIAL_MUTATIONS: [&str; 5] = ["register", "login", "changePassword", "resetPassword", "requestEmailChange"];

/// The fields that answer with the schema. Each is allowed once: a tool asks for all that it needs at once.
const INTROSPECTION: [&str; 2] = ["__schema", "__type"];

/// The fields that lead from a type to other types, by lists. On a path below `__schema` or `__type`, each is allowed
/// once: the introspection queries of the usual tools need no more, and twice is enough to ask for everything squared.
const CIRCULAR: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Whether a text is short enough to be read at all.
pub(in crate::graphql) fn check_length(document: &str) -> Result<(), TopLevelError> {
    if document.len() <= MAX_DOCUMENT {
        return Ok(());
    }
    let message = format!("A document may have at most {MAX_DOCUMENT} bytes.");
    Err(TopLevelError::new(Code::QueryTooComplex, message))
}

/// Whether every operation of a document keeps to the limits, and asks for the schema only where clients may.
pub(in crate::graphql) fn check(document: &Document, introspection: bool) -> Result<(), TopLevelError> {
    check_limit("operations", document.operations.len(), MAX_OPERATIONS)?;
    let mut measurer = Measurer::new(document);
    for operation in &document.operations {
        let measure = measurer.measure(operation)?;
        if measure.introspection != [0, 0] && !introspection {
            return Err(TopLevelError::new(Code::GraphqlValidationFailed, "Introspection is off here."));
        }
        measure.check()?;
    }
    // Those that no operation uses are not valid, but validation has to walk through them.
    document.fragments.iter().try_for_each(|fragment| measurer.fragment(&fragment.name, 0)?.check_size())
}

fn check_limit(what: &str, found: usize, limit: usize) -> Result<(), TopLevelError> {
    if found <= limit {
        return Ok(());
    }
    Err(TopLevelError::new(Code::QueryTooComplex, format!("A request may have at most {limit} {what}.")))
}
