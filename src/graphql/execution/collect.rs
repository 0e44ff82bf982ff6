//! Field collection: the fields that a selection set selects from an object (specification, section 6.3.2).

use std::{cell::Cell, collections::HashSet};

use async_graphql::{Name, Value as ConstValue, parser::types::TypeDefinition};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::coercion::{arguments::ArgumentCoercion, variables::Variables},
    language::syntax::{Directive, Document, Field, LiteralKind, Selection},
    type_system::TypeSystem,
};

/// Collects fields for one operation, and counts the work that this takes.
pub(super) struct FieldCollector<'d> {
    document: &'d Document,
    pub(super) types: &'d TypeSystem,
    pub(super) variables: &'d Variables,
    /// Coerces the arguments of collected fields.
    pub(super) arguments: ArgumentCoercion<'d>,
    /// The number of visited selections.
    visited: Cell<usize>,
    /// Whether `@skip` and `@include` are ignored, so that every field is included.
    includes_all: bool,
}

/// The maximum number of visited selections. A selection is visited once for each possible object type and, in
/// introspection, for each object. The introspection query of graphql-js needs a fifth of it.
const MAX_VISITED: usize = 200_000;

/// A field set: the selected fields with the same response name. Their arguments are the same in a valid document.
pub(super) struct FieldSet<'d> {
    /// The first of the fields.
    pub(super) field: &'d Field,
    /// The selection sets of all of the fields.
    pub(super) selections: Vec<&'d [Selection]>,
}

/// The collected fields by response name, in the order of the response. There are few, so a linear search is fast.
pub(super) type CollectedFields<'d> = Vec<(&'d Name, FieldSet<'d>)>;

impl<'d> FieldCollector<'d> {
    /// Creates a collector for an operation with these variables.
    pub(super) fn new(document: &'d Document, types: &'d TypeSystem, variables: &'d Variables) -> Self {
        let arguments = ArgumentCoercion::new(types, variables);
        Self { document, types, variables, arguments, visited: Cell::new(0), includes_all: false }
    }

    /// Creates a collector of every field that some values of the variables include.
    pub(super) fn for_any_variables(document: &'d Document, types: &'d TypeSystem, none: &'d Variables) -> Self {
        Self { includes_all: true, ..Self::new(document, types, none) }
    }

    pub(super) fn includes_all(&self) -> bool {
        self.includes_all
    }

    /// Checks that the work was within its limits. Beyond them, fields and values are left out.
    pub(super) fn check(&self) -> Result<(), TopLevelError> {
        if self.visited.get() > MAX_VISITED {
            let message = format!("A request may select at most {MAX_VISITED} fields from all objects together.");
            return Err(TopLevelError::new(Code::QueryTooComplex, message));
        }
        self.arguments.check()
    }

    /// `CollectFields()`: the fields that these selection sets select from an object of this type.
    pub(super) fn collect(&self, selections: &[&'d [Selection]], object: &TypeDefinition) -> CollectedFields<'d> {
        let (mut fields, mut seen) = (CollectedFields::new(), HashSet::new());
        for selections in selections {
            self.collect_into(&mut fields, selections, object, &mut seen);
        }
        fields
    }

    fn collect_into(
        &self,
        fields: &mut CollectedFields<'d>,
        selections: &'d [Selection],
        object: &TypeDefinition,
        seen: &mut HashSet<&'d Name>,
    ) {
        self.visited.set(self.visited.get() + selections.len());
        if self.visited.get() > MAX_VISITED {
            return;
        }
        for selection in selections {
            match selection {
                Selection::Field(field) if self.is_included(&field.directives) => {
                    let name = field.response_name();
                    match fields.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, field_set)) => field_set.selections.push(&field.selections),
                        None => fields.push((name, FieldSet { field, selections: vec![&field.selections] })),
                    }
                }
                Selection::Inline(inline) if self.is_included(&inline.directives) => {
                    if inline.on.as_ref().is_none_or(|on| self.applies(on, object)) {
                        self.collect_into(fields, &inline.selections, object, seen);
                    }
                }
                Selection::Spread(spread) if self.is_included(&spread.directives) => {
                    let fragment = self.document.fragment(&spread.name);
                    if let Some(fragment) = fragment.filter(|fragment| self.applies(&fragment.on, object))
                        && seen.insert(&fragment.name)
                    {
                        self.collect_into(fields, &fragment.selections, object, seen);
                    }
                }
                Selection::Field(_) | Selection::Inline(_) | Selection::Spread(_) => {}
            }
        }
    }

    /// `DoesFragmentTypeApply()`: whether a type condition applies to an object of this type.
    fn applies(&self, on: &Name, object: &TypeDefinition) -> bool {
        let name = &object.name.node;
        on == name || self.types.named(on).is_some_and(|on| self.types.possible_types(on).contains(name))
    }

    fn is_included(&self, directives: &[Directive]) -> bool {
        self.includes_all
            || directives.iter().all(|directive| match directive.name.as_str() {
                "skip" => !self.condition(directive),
                "include" => self.condition(directive),
                _ => true,
            })
    }

    /// The value of the argument `if`.
    fn condition(&self, directive: &Directive) -> bool {
        match directive.arguments.first().map(|argument| &argument.value.kind) {
            Some(LiteralKind::Boolean(value)) => *value,
            Some(LiteralKind::Variable(name)) => {
                self.variables.get(name).is_some_and(|variable| variable.value == ConstValue::Boolean(true))
            }
            _ => false,
        }
    }
}
