//! How much one request may ask for, measured on the parsed document before anything is done.
//!
//! Fragments are counted each time they are used, and measured once each: a document of a kilobyte can ask for a
//! billion fields by way of fragments within fragments.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};

use super::top_level_error::{Code, TopLevelError};

/// The longest document, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024;

/// How deep selections may nest. The introspection queries of graphql-js and GraphiQL need 15.
const MAX_DEPTH: usize = 20;

/// How many fields a request may ask for. Those introspection queries need 220.
const MAX_FIELDS: usize = 500;

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

/// The fields that tell the schema; the last one tells it to gateways.
const INTROSPECTION: [&str; 3] = ["__schema", "__type", "_service"];

/// Whether a text is short enough to be read at all.
pub(super) fn check_length(document: &str) -> Result<(), TopLevelError> {
    if document.len() <= MAX_DOCUMENT {
        return Ok(());
    }
    let message = format!("A document may have at most {MAX_DOCUMENT} bytes.");
    Err(TopLevelError::new(Code::QueryTooComplex, message))
}

/// Whether every operation of a document keeps to the limits, and asks for the schema only where clients may.
pub(super) fn check(document: &ExecutableDocument, introspection: bool) -> Result<(), TopLevelError> {
    let mut ruler = Ruler { document, fragments: HashMap::new() };
    document.operations.iter().try_for_each(|(_, operation)| {
        let measure = ruler.measure(&operation.node)?;
        if measure.introspection > 0 && !introspection {
            return Err(TopLevelError::new(Code::GraphqlValidationFailed, "Introspection is off here."));
        }
        if operation.node.ty == OperationType::Subscription {
            keep_to("field at the top of a subscription", measure.top_fields, 1)?;
        }
        measure.check()
    })
}

/// How many selections a document holds, each counted where it is written.
pub(super) fn count_selections(document: &ExecutableDocument) -> usize {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    operations.chain(fragments).map(selections_in).sum()
}

fn selections_in(set: &Positioned<SelectionSet>) -> usize {
    let inside = |selection: &Selection| match selection {
        Selection::Field(field) => selections_in(&field.node.selection_set),
        Selection::InlineFragment(fragment) => selections_in(&fragment.node.selection_set),
        Selection::FragmentSpread(_) => 0,
    };
    set.node.items.iter().map(|selection| 1 + inside(&selection.node)).sum()
}

fn keep_to(what: &str, found: usize, limit: usize) -> Result<(), TopLevelError> {
    if found <= limit {
        return Ok(());
    }
    Err(TopLevelError::new(Code::QueryTooComplex, format!("A request may have at most {limit} {what}.")))
}

/// What a selection asks for, fragments included.
#[derive(Clone, Copy, Default)]
struct Measure {
    fields: usize,
    top_fields: usize,
    credential_mutations: usize,
    introspection: usize,
    aliases: usize,
    directives: usize,
    depth: usize,
}

impl Measure {
    /// Both of two selections that stand side by side.
    fn beside(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            top_fields: self.top_fields.saturating_add(other.top_fields),
            credential_mutations: self.credential_mutations.saturating_add(other.credential_mutations),
            introspection: self.introspection.saturating_add(other.introspection),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
        }
    }

    /// The same inside a fragment with that many directives.
    fn inside(self, directives: usize) -> Self {
        Self { directives: self.directives.saturating_add(directives), depth: self.depth + 1, ..self }
    }

    fn check(self) -> Result<(), TopLevelError> {
        keep_to("levels of selections", self.depth, MAX_DEPTH)?;
        keep_to("fields", self.fields, MAX_FIELDS)?;
        keep_to("fields at the top", self.top_fields, MAX_ROOT_FIELDS)?;
        keep_to("aliases", self.aliases, MAX_ALIASES)?;
        keep_to("directives", self.directives, MAX_DIRECTIVES)?;
        keep_to("field that takes a password", self.credential_mutations, MAX_CREDENTIAL_MUTATIONS)
    }
}

/// Measures selections, each fragment once.
struct Ruler<'d> {
    document: &'d ExecutableDocument,
    /// `None` while a fragment is being measured: one that meets itself has no end.
    fragments: HashMap<&'d Name, Option<Measure>>,
}

impl<'d> Ruler<'d> {
    fn measure(&mut self, operation: &'d OperationDefinition) -> Result<Measure, TopLevelError> {
        let mut measure = self.selections(&operation.selection_set, 1)?;
        measure.directives += operation.directives.len();
        Ok(measure)
    }

    /// Gives up as soon as it is too deep, so that it needs no deeper stack itself.
    fn selections(&mut self, set: &'d Positioned<SelectionSet>, level: usize) -> Result<Measure, TopLevelError> {
        let mut sum = Measure::default();
        for selection in &set.node.items {
            keep_to("levels of selections", level, MAX_DEPTH)?;
            sum = sum.beside(self.selection(&selection.node, level)?);
        }
        Ok(sum)
    }

    fn selection(&mut self, selection: &'d Selection, level: usize) -> Result<Measure, TopLevelError> {
        match selection {
            Selection::Field(field) => {
                let inner = self.selections(&field.node.selection_set, level + 1)?;
                let name = field.node.name.node.as_str();
                Ok(Measure {
                    fields: inner.fields.saturating_add(1),
                    top_fields: 1,
                    credential_mutations: usize::from(CREDENTIAL_MUTATIONS.contains(&name)),
                    introspection: usize::from(INTROSPECTION.contains(&name)),
                    aliases: inner.aliases.saturating_add(usize::from(field.node.alias.is_some())),
                    ..inner.inside(field.node.directives.len())
                })
            }
            Selection::InlineFragment(fragment) => {
                let inner = self.selections(&fragment.node.selection_set, level + 1)?;
                Ok(inner.inside(fragment.node.directives.len()))
            }
            Selection::FragmentSpread(spread) => {
                let inner = self.fragment(&spread.node.fragment_name.node, level)?;
                Ok(inner.inside(spread.node.directives.len()))
            }
        }
    }

    fn fragment(&mut self, name: &'d Name, level: usize) -> Result<Measure, TopLevelError> {
        // One that is not defined is for the validation to find.
        let Some(fragment) = self.document.fragments.get(name) else { return Ok(Measure::default()) };
        match self.fragments.insert(name, None) {
            Some(Some(known)) => {
                self.fragments.insert(name, Some(known));
                Ok(known)
            }
            Some(None) => Err(TopLevelError::new(
                Code::GraphqlValidationFailed,
                format!("The fragment {name} contains itself, and so has no end."),
            )),
            None => {
                let measure = self.selections(&fragment.node.selection_set, level + 1)?;
                self.fragments.insert(name, Some(measure));
                Ok(measure)
            }
        }
    }
}
