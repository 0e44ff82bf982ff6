//! Measuring selection sets: counts fields, aliases, directives and fragment spreads, and the depth.

use std::collections::HashMap;

use async_graphql::Name;

use super::{
    CIRCULAR, INTROSPECTION, MAX_ALIASES, MAX_CREDENTIAL_MUTATIONS, MAX_DEPTH, MAX_DIRECTIVES, MAX_FIELDS,
    MAX_ROOT_FIELDS, MAX_SPREADS, check_limit,
};
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Document, Operation, Selection},
    schema::takes_password,
};

/// The size of a selection set, including its fragments.
#[derive(Clone, Copy, Default)]
pub(super) struct Measure {
    fields: usize,
    spreads: usize,
    root_fields: usize,
    credential_mutations: usize,
    /// The number of uses of each field of [`INTROSPECTION`].
    pub(super) introspection: [usize; 2],
    /// The maximum number of uses of each field of [`CIRCULAR`] on one path.
    circular: [usize; 4],
    aliases: usize,
    directives: usize,
    depth: usize,
}

impl Measure {
    /// The sum of two selections in the same selection set.
    fn plus(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            spreads: self.spreads.saturating_add(other.spreads),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            credential_mutations: self.credential_mutations.saturating_add(other.credential_mutations),
            introspection: combine(self.introspection, other.introspection, usize::saturating_add),
            circular: combine(self.circular, other.circular, usize::max),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
        }
    }

    /// The size of a selection that contains this selection set and has that many directives.
    fn nested(self, directives: usize) -> Self {
        Self { directives: self.directives.saturating_add(directives), depth: self.depth + 1, ..self }
    }

    pub(super) fn check(self) -> Result<(), TopLevelError> {
        self.check_size()?;
        check_limit("root fields", self.root_fields, MAX_ROOT_FIELDS)?;
        check_limit("aliases", self.aliases, MAX_ALIASES)?;
        check_limit("directives", self.directives, MAX_DIRECTIVES)?;
        check_limit("field that takes a password", self.credential_mutations, MAX_CREDENTIAL_MUTATIONS)?;
        for (name, found) in INTROSPECTION.iter().zip(self.introspection) {
            check_limit(&format!("field {name}"), found, 1)?;
        }
        // Without introspection fields, these names are those of other fields.
        if self.introspection == [0, 0] {
            return Ok(());
        }
        CIRCULAR
            .iter()
            .zip(self.circular)
            .try_for_each(|(name, found)| check_limit(&format!("field {name} on one path"), found, 1))
    }

    pub(super) fn check_size(self) -> Result<(), TopLevelError> {
        check_limit("levels of selection sets", self.depth, MAX_DEPTH)?;
        check_limit("fields", self.fields, MAX_FIELDS)?;
        check_limit("fragment spreads", self.spreads, MAX_SPREADS)
    }
}

fn combine<const N: usize>(one: [usize; N], two: [usize; N], by: impl Fn(usize, usize) -> usize) -> [usize; N] {
    std::array::from_fn(|n| by(one[n], two[n]))
}

fn count_name<const N: usize>(names: [&str; N], name: &str, inside: [usize; N]) -> [usize; N] {
    std::array::from_fn(|n| inside[n] + usize::from(names[n] == name))
}

/// Measures selection sets, and each fragment once.
pub(super) struct Measurer<'d> {
    document: &'d Document,
    /// The sizes of fragments. `None` while a fragment is measured, to detect cycles.
    fragments: HashMap<&'d Name, Option<Measure>>,
}

impl<'d> Measurer<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { document, fragments: HashMap::new() }
    }

    pub(super) fn measure(&mut self, operation: &'d Operation) -> Result<Measure, TopLevelError> {
        let mut measure = self.selections(&operation.selections, 1)?;
        measure.directives += operation.directives.len();
        Ok(measure)
    }

    /// Stops at the maximum depth, so that the recursion is bounded.
    fn selections(&mut self, selections: &'d [Selection], level: usize) -> Result<Measure, TopLevelError> {
        let mut sum = Measure::default();
        for selection in selections {
            check_limit("levels of selection sets", level, MAX_DEPTH)?;
            sum = sum.plus(self.selection(selection, level)?);
        }
        Ok(sum)
    }

    fn selection(&mut self, selection: &'d Selection, level: usize) -> Result<Measure, TopLevelError> {
        match selection {
            Selection::Field(field) => {
                let inner = self.selections(&field.selections, level + 1)?;
                let name = field.name.as_str();
                Ok(Measure {
                    fields: inner.fields.saturating_add(1),
                    root_fields: 1,
                    credential_mutations: usize::from(takes_password(name)),
                    introspection: count_name(INTROSPECTION, name, [0; 2]),
                    circular: count_name(CIRCULAR, name, inner.circular),
                    aliases: inner.aliases.saturating_add(usize::from(field.alias.is_some())),
                    ..inner.nested(field.directives.len())
                })
            }
            Selection::Inline(inline) => {
                Ok(self.selections(&inline.selections, level + 1)?.nested(inline.directives.len()))
            }
            Selection::Spread(spread) => {
                let inner = self.fragment(&spread.name, level)?;
                let spreads = inner.spreads.saturating_add(1);
                Ok(Measure { spreads, ..inner.nested(spread.directives.len()) })
            }
        }
    }

    pub(super) fn fragment(&mut self, name: &Name, level: usize) -> Result<Measure, TopLevelError> {
        // Validation reports unknown fragments.
        let Some(fragment) = self.document.fragment(name) else { return Ok(Measure::default()) };
        match self.fragments.insert(&fragment.name, None) {
            Some(Some(known)) => {
                self.fragments.insert(&fragment.name, Some(known));
                Ok(known)
            }
            Some(None) => Err(TopLevelError::new(
                Code::GraphqlValidationFailed,
                format!("Cannot spread fragment \"{name}\" within itself."),
            )),
            None => {
                let measure = self.selections(&fragment.selections, level + 1)?;
                self.fragments.insert(&fragment.name, Some(measure));
                Ok(measure)
            }
        }
    }
}
