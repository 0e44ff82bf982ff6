//! Planning fields: turns field sets into the fields of a document for async-graphql.

use std::collections::HashMap;

use async_graphql::{
    Name, PathSegment, Pos, Positioned, Value as ConstValue,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field as PlannedField, InlineFragment, OperationDefinition,
        Selection as PlannedSelection, SelectionSet, TypeCondition, TypeDefinition, TypeKind,
    },
};

use super::{ValueSource, entities};
use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::arguments::{Arguments, NullArgument},
        collect::{FieldCollector, FieldSet},
        introspection,
    },
    language::syntax::{Operation, Selection},
    type_system::is_composite,
};

/// Plans the fields of one operation.
pub(super) struct Planner<'c, 'd> {
    pub(super) collector: &'c FieldCollector<'d>,
}

impl<'d> Planner<'_, 'd> {
    /// Plans a root field: resolves it if it is an introspection field, otherwise adds it to `items`.
    pub(super) fn root_field(
        &self,
        parent: &TypeDefinition,
        field_set: &FieldSet<'d>,
        items: &mut Vec<Positioned<PlannedSelection>>,
    ) -> Result<ValueSource, TopLevelError> {
        let Ok(arguments) = self.arguments(parent, field_set) else { return Ok(self.failed(parent, field_set)) };
        if introspection::is_introspection(&field_set.field.name) {
            let value = introspection::resolve(self.collector, parent, field_set, &arguments);
            return value.map(ValueSource::Introspected);
        }
        let Ok(mut field) = self.field(parent, field_set, arguments) else { return Ok(self.failed(parent, field_set)) };
        let unresolvable = entities::take_unresolvable(&mut field.node, self.collector.types);
        items.push(field);
        Ok(unresolvable.map_or(ValueSource::Executed, ValueSource::Entities))
    }

    fn arguments(&self, parent: &TypeDefinition, field_set: &FieldSet<'d>) -> Result<Arguments, NullArgument> {
        self.collector.arguments.coerce(parent, field_set.field)
    }

    /// The execution error of a root field with a null argument, at the field or below it.
    fn failed(&self, parent: &TypeDefinition, field_set: &FieldSet<'d>) -> ValueSource {
        let message = "An argument of a non-null type is null.";
        let mut error = TopLevelError::new(Code::BadUserInput, message).about_document();
        error.locations = vec![field_set.field.position];
        error.path = vec![PathSegment::Field(field_set.field.response_name().to_string())];
        let definition = self.collector.types.field(parent, &field_set.field.name);
        ValueSource::Failed { error, nullable: definition.is_some_and(|definition| definition.ty.node.nullable) }
    }

    fn field(
        &self,
        parent: &TypeDefinition,
        field_set: &FieldSet<'d>,
        arguments: Arguments,
    ) -> Result<Positioned<PlannedSelection>, NullArgument> {
        let (FieldSet { field, selections }, types) = (field_set, self.collector.types);
        let position = field.position;
        let definition = types.field(parent, &field.name);
        let of_type = definition.and_then(|definition| types.innermost(&definition.ty.node));
        let items = match of_type.filter(|of_type| is_composite(of_type)) {
            Some(of_type) => self.selections(of_type, selections, position)?,
            None => Vec::new(),
        };
        let positioned = |(name, value): (Name, ConstValue)| {
            (Positioned::new(name, position), Positioned::new(value.into_value(), position))
        };
        let planned = PlannedField {
            alias: field.alias.clone().map(|alias| Positioned::new(alias, position)),
            name: Positioned::new(field.name.clone(), position),
            arguments: arguments.into_iter().map(positioned).collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(SelectionSet { items }, position),
        };
        Ok(Positioned::new(PlannedSelection::Field(Positioned::new(planned, position)), position))
    }

    /// Plans the selection set of a field of this type. For an interface or a union, it is an inline fragment for each
    /// possible type.
    fn selections(
        &self,
        of_type: &TypeDefinition,
        selections: &[&'d [Selection]],
        position: Pos,
    ) -> Result<Vec<Positioned<PlannedSelection>>, NullArgument> {
        let (collector, types) = (self.collector, self.collector.types);
        if matches!(of_type.kind, TypeKind::Object(_)) {
            let field = |field_set: &FieldSet<'d>| self.field(of_type, field_set, self.arguments(of_type, field_set)?);
            return collector.collect(selections, of_type).iter().map(|(_, field_set)| field(field_set)).collect();
        }
        let mut fragments = Vec::new();
        for name in types.possible_types(of_type) {
            let Some(object) = types.named(name) else { continue };
            let items = self.selections(object, selections, position)?;
            if !items.is_empty() {
                let condition = TypeCondition { on: Positioned::new(name.clone(), position) };
                let fragment = InlineFragment {
                    type_condition: Some(Positioned::new(condition, position)),
                    directives: Vec::new(),
                    selection_set: Positioned::new(SelectionSet { items }, position),
                };
                let fragment = PlannedSelection::InlineFragment(Positioned::new(fragment, position));
                fragments.push(Positioned::new(fragment, position));
            }
        }
        Ok(fragments)
    }
}

/// A document with one operation of this kind and these root fields.
pub(super) fn executable(operation: &Operation, items: Vec<Positioned<PlannedSelection>>) -> ExecutableDocument {
    let definition = OperationDefinition {
        ty: operation.kind,
        variable_definitions: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, operation.position),
    };
    let operations = DocumentOperations::Single(Positioned::new(definition, operation.position));
    ExecutableDocument { operations, fragments: HashMap::new() }
}
