//! Whether a document fits the schema: every rule of the specification's section 5, once for each document.
//!
//! A file holds one group of rules. Variables' values play no part here: they are coerced for each request, see
//! [`variables`](super::execution::variables). graphql-js is the reference for every verdict
//! (`tests/clients/specification`). The rules may be slow in the square of a document, since
//! [`limits`](super::limits) has measured it before.

mod arguments;
mod directives;
mod fragments;
mod merging;
mod operations;
mod selections;
mod values;
mod variables;

pub(super) use directives::location_name;

use async_graphql::{Name, Pos, parser::types::Type};

use super::{
    language::syntax::{Document, Fragment},
    type_system::TypeSystem,
};

/// How many errors are reported at most. The rest would tell a client nothing new, and a document of 32 kB can have
/// thousands.
const MAX_ERRORS: usize = 20;

/// One way in which a document does not fit the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) position: Pos,
    pub(super) message: String,
}

/// Checks a document.
pub(super) fn validate(document: &Document, types: &TypeSystem) -> Result<(), Vec<Violation>> {
    let mut validator = Validator { document, types, violations: Vec::new() };
    validator.operations();
    validator.fragments();
    validator.selections_and_variables();
    validator.merging();
    if validator.violations.is_empty() { Ok(()) } else { Err(validator.violations) }
}

/// What the rules need, and what they found.
struct Validator<'d> {
    document: &'d Document,
    types: &'d TypeSystem,
    violations: Vec<Violation>,
}

impl<'d> Validator<'d> {
    fn report(&mut self, position: Pos, message: impl Into<String>) {
        if self.violations.len() < MAX_ERRORS {
            self.violations.push(Violation { position, message: message.into() });
        }
    }

    /// The first fragment of this name.
    fn fragment(&self, name: &str) -> Option<&'d Fragment> {
        self.document.fragments.iter().find(|fragment| fragment.name == name)
    }
}

/// A variable where it is used.
struct Usage<'d> {
    name: &'d Name,
    position: Pos,
    /// The type that is expected there, where it is known.
    expected: Option<&'d Type>,
    /// Whether something else is used there when the variable has no value.
    has_default: bool,
}

/// What an operation or a fragment refers to.
#[derive(Default)]
struct References<'d> {
    variables: Vec<Usage<'d>>,
    fragments: Vec<&'d Name>,
}
