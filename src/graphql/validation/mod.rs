//! Validation: checks a document against the schema by every rule of section 5 of the specification.
//!
//! It knows the document and the type system: no variable values, no request, no user. Its result depends on nothing
//! else, so it runs once for each document. Variable values are coerced for each request, see
//! [`coercion`](super::execution).
//!
//! ```text
//! let document = language::parse("{ profile { nickname } }")?;
//! let errors = validate(&document, &types).unwrap_err();
//! assert_eq!(errors[0].message, "Cannot query field \"nickname\" on type \"User\".");
//! ```
//!
//! Each file has the rules of one subsection, as methods of `Validator`. To add a rule, add a method and call it from
//! [`validate`] or from the methods that visit its nodes. graphql-js is the reference for verdicts and wording:
//! `tests/clients/specification` compares the two on random documents.
//!
//! The limits for documents bound the work of each rule: 20 operations, each with at most 500 fields and 500 fragment
//! spreads, where a fragment counts each time it is spread.

mod arguments;
mod directives;
mod fragments;
mod merging;
mod operations;
mod selections;
#[cfg(test)]
mod tests;
mod values;
mod variables;

pub(super) use directives::location_name;

use async_graphql::{Name, Pos, parser::types::Type};

use crate::graphql::{
    language::syntax::{Document, Fragment},
    type_system::TypeSystem,
};

/// The maximum number of errors that are reported. A document of 32 kB can have thousands, which would not help its
/// author.
const MAX_ERRORS: usize = 20;

/// A violation of a validation rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Violation {
    pub(super) position: Pos,
    pub(super) message: String,
}

/// Validates a document against the type system.
pub(super) fn validate(document: &Document, types: &TypeSystem) -> Result<(), Vec<Violation>> {
    let mut validator = Validator { document, types, violations: Vec::new() };
    validator.operations();
    validator.fragments();
    validator.selections_and_variables();
    validator.merging();
    if validator.violations.is_empty() { Ok(()) } else { Err(validator.violations) }
}

/// The input of the rules, and the violations they have found.
struct Validator<'d> {
    document: &'d Document,
    types: &'d TypeSystem,
    violations: Vec<Violation>,
}

impl<'d> Validator<'d> {
    /// Whether the maximum number of violations is reached.
    fn is_full(&self) -> bool {
        self.violations.len() >= MAX_ERRORS
    }

    fn report(&mut self, position: Pos, message: impl Into<String>) {
        if !self.is_full() {
            self.violations.push(Violation { position, message: message.into() });
        }
    }

    /// The fragment with this name.
    fn fragment(&self, name: &str) -> Option<&'d Fragment> {
        self.document.fragment(name)
    }
}

/// A usage of a variable.
struct Usage<'d> {
    name: &'d Name,
    position: Pos,
    /// The type of the position, if it is known.
    expected: Option<&'d Type>,
    /// Whether the position has a default, which applies if the variable has no value.
    has_default: bool,
}

/// The variables and fragments that an operation or a fragment refers to.
#[derive(Default)]
struct References<'d> {
    variables: Vec<Usage<'d>>,
    fragments: Vec<&'d Name>,
}
