//! Whether a document fits the schema: every rule of the specification's section 5, once for each document.
//!
//! A file holds one group of rules. Variables' values play no part here: they are coerced for each request, see
//! [`variables`](super::execution::coercion::variables). graphql-js is the reference for every verdict
//! (`tests/clients/specification`). To add a rule, add it to the file of its section, or a file with a method that
//! [`validate`] calls.
//!
//! The work of a rule is bounded by what [`limits`](super::execution::limits) allows: 20 operations, and 500 fields and 500 spreads
//! of fragments in each, where a fragment counts as often as it is used.

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

use crate::graphql::{
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
    /// Whether there are as many violations as are reported.
    fn is_full(&self) -> bool {
        self.violations.len() >= MAX_ERRORS
    }

    fn report(&mut self, position: Pos, message: impl Into<String>) {
        if !self.is_full() {
            self.violations.push(Violation { position, message: message.into() });
        }
    }

    /// The fragment of this name.
    fn fragment(&self, name: &str) -> Option<&'d Fragment> {
        self.document.fragment(name)
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
