//! Collecting fields: which fields a selection set asks of an object (specification, section 6.3.2).

use std::{cell::Cell, collections::HashSet};

use async_graphql::{Name, Value as ConstValue, parser::types::TypeDefinition};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::coercion::variables::Variables,
    language::syntax::{Directive, Document, Field, LiteralKind, Selection},
    type_system::TypeSystem,
};

/// What it takes to plan an operation, and what was spent on it.
pub(super) struct FieldCollector<'d> {
    document: &'d Document,
    pub(super) types: &'d TypeSystem,
    pub(super) variables: &'d Variables,
    /// The selections that were looked at.
    selections: Cell<usize>,
    /// Whether `@skip` and `@include` are ignored, so that everything is selected that may be.
    includes_all: bool,
    /// The bytes of the variables that were copied into arguments, each as often as it is used.
    pub(super) copied: Cell<usize>,
}

/// How many selections may be looked at: a field is looked at for each object type that it may be selected from, and in
/// introspection for each object. The query of graphql-js for all of the schema needs a fifth of it.
const MAX_SELECTIONS: usize = 200_000;

/// How many bytes of variables may be copied into arguments. A variable as large as a request may be used four times.
pub(super) const MAX_COPIED: usize = 256 * 1024;

/// Fields with the same name in the response, as one: the first of them, and the selections of all.
pub(super) struct FieldSet<'d> {
    pub(super) field: &'d Field,
    pub(super) selections: Vec<&'d [Selection]>,
}

/// The groups in the order of the response. There are few in a selection set, so they are found without a map.
pub(super) type CollectedFields<'d> = Vec<(&'d Name, FieldSet<'d>)>;

impl<'d> FieldCollector<'d> {
    pub(super) fn new(document: &'d Document, types: &'d TypeSystem, variables: &'d Variables) -> Self {
        Self { document, types, variables, selections: Cell::new(0), includes_all: false, copied: Cell::new(0) }
    }

    /// Plans for whatever the variables may be.
    pub(super) fn for_any_variables(document: &'d Document, types: &'d TypeSystem, none: &'d Variables) -> Self {
        Self { includes_all: true, ..Self::new(document, types, none) }
    }

    pub(super) fn includes_all(&self) -> bool {
        self.includes_all
    }

    /// Whether the plan took no more than it may. What is beyond that is left out of it.
    pub(super) fn check(&self) -> Result<(), TopLevelError> {
        let refuse = |message: String| Err(TopLevelError::new(Code::QueryTooComplex, message));
        if self.selections.get() > MAX_SELECTIONS {
            return refuse(format!("A request may select at most {MAX_SELECTIONS} fields from all objects together."));
        }
        if self.copied.get() > MAX_COPIED {
            return refuse(format!(
                "The variables of a request may be used for at most {MAX_COPIED} bytes of arguments."
            ));
        }
        Ok(())
    }

    /// `CollectFields()`: the fields that these selections ask of an object of this type.
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
        self.selections.set(self.selections.get() + selections.len());
        if self.selections.get() > MAX_SELECTIONS {
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

    /// Whether a fragment on this type applies to an object of that type.
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
