//! The plan of an operation: what async-graphql is to execute, and in which order the response has its fields.
//!
//! Once the variables are known, fragments become the fields that they add to each object type, fields of one name become
//! one field, `@skip` and `@include` are applied, and arguments hold no variables. So nothing of this is left to
//! async-graphql, which collects fields while it executes them, executes a field twice that is selected twice, and passes
//! a variable without a value as null.

pub(in crate::graphql) mod cost;
mod entities;

use std::collections::HashMap;

use async_graphql::{
    Name, PathSegment, Pos, Positioned, ServerError, Value as ConstValue,
    parser::types::{
        DocumentOperations, ExecutableDocument, Field as PlannedField, InlineFragment, OperationDefinition,
        OperationType, Selection as PlannedSelection, SelectionSet, TypeCondition, TypeDefinition, TypeKind,
    },
};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::{
            arguments::{Arguments, NullArgument},
            variables::Variables,
        },
        collect::{FieldCollector, FieldSet},
        introspection,
    },
    language::syntax::{Document, Operation, Selection},
    type_system::{TypeSystem, is_composite},
};
use entities::Unresolvable;

/// What a request asks for.
pub(in crate::graphql) struct Plan {
    /// What async-graphql executes; nothing if everything is known already.
    pub(in crate::graphql) document: Option<ExecutableDocument>,
    /// The fields of the root, in the order of the response.
    pub(in crate::graphql) root_fields: Vec<(Name, ValueSource)>,
}

/// Where the value of a field of the root comes from.
pub(in crate::graphql) enum ValueSource {
    /// From the execution.
    Executed,
    /// From the schema itself.
    Introspected(ConstValue),
    /// From the execution, but for some entities.
    Entities(Unresolvable),
    /// From nowhere: an argument does not fit (section 6.4.1). Whether the field may be null, too.
    Failed { error: ServerError, nullable: bool },
}

impl Plan {
    /// Plans an operation of a valid document. Fails where introspection would answer too much.
    pub(in crate::graphql) fn new(
        document: &Document,
        operation: &Operation,
        types: &TypeSystem,
        variables: &Variables,
    ) -> Result<Self, TopLevelError> {
        let collector = FieldCollector::new(document, types, variables);
        let (mut root_fields, mut items) = (Vec::new(), Vec::new());
        // A valid document has a root type.
        let Some(root) = types.root_type(operation.kind) else { return Ok(Self { document: None, root_fields }) };
        for (response_name, field_set) in collector.collect(&[&operation.selections], root) {
            let source = collector.root(root, &field_set, &mut items)?;
            let is_last = matches!(source, ValueSource::Failed { nullable: false, .. });
            root_fields.push((response_name.clone(), source));
            if is_last {
                // The response has no data. Of a mutation, the fields before this one are executed (section 6.2.2).
                if operation.kind == OperationType::Query {
                    items.clear();
                }
                break;
            }
        }
        collector.check()?;
        let document = (!items.is_empty()).then(|| executable(operation, items));
        Ok(Self { document, root_fields })
    }
}

/// A document with this operation alone.
fn executable(operation: &Operation, items: Vec<Positioned<PlannedSelection>>) -> ExecutableDocument {
    let definition = OperationDefinition {
        ty: operation.kind,
        variable_definitions: Vec::new(),
        directives: Vec::new(),
        selection_set: Positioned::new(SelectionSet { items }, operation.position),
    };
    let operations = DocumentOperations::Single(Positioned::new(definition, operation.position));
    ExecutableDocument { operations, fragments: HashMap::new() }
}

impl<'d> FieldCollector<'d> {
    fn root(
        &self,
        parent: &TypeDefinition,
        field_set: &FieldSet<'d>,
        items: &mut Vec<Positioned<PlannedSelection>>,
    ) -> Result<ValueSource, TopLevelError> {
        let Ok(arguments) = self.arguments(parent, field_set.field) else { return Ok(self.failed(parent, field_set)) };
        if introspection::is_introspection(&field_set.field.name) {
            return introspection::resolve(self, parent, field_set, &arguments).map(ValueSource::Introspected);
        }
        let Ok(mut field) = self.field(parent, field_set, arguments) else { return Ok(self.failed(parent, field_set)) };
        let unresolvable = entities::take_unresolvable(&mut field.node);
        items.push(field);
        Ok(unresolvable.map_or(ValueSource::Executed, ValueSource::Entities))
    }

    fn failed(&self, parent: &TypeDefinition, field_set: &FieldSet<'d>) -> ValueSource {
        let message = "An argument is null that must not be.";
        let mut error = TopLevelError::new(Code::BadUserInput, message).about_document();
        error.locations = vec![field_set.field.position];
        error.path = vec![PathSegment::Field(field_set.field.response_name().to_string())];
        let definition = self.types.field(parent, &field_set.field.name);
        ValueSource::Failed { error, nullable: definition.is_some_and(|definition| definition.ty.node.nullable) }
    }

    fn field(
        &self,
        parent: &TypeDefinition,
        field_set: &FieldSet<'d>,
        arguments: Arguments,
    ) -> Result<Positioned<PlannedSelection>, NullArgument> {
        let FieldSet { field, selections } = field_set;
        let position = field.position;
        let definition = self.types.field(parent, &field.name);
        let of_type = definition.and_then(|definition| self.types.innermost(&definition.ty.node));
        let items = match of_type.filter(|of_type| is_composite(of_type)) {
            Some(of_type) => self.inside(of_type, selections, position)?,
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

    /// The selections of a field of this type: for an interface or a union, those of each object type that it may be.
    fn inside(
        &self,
        of_type: &TypeDefinition,
        selections: &[&'d [Selection]],
        position: Pos,
    ) -> Result<Vec<Positioned<PlannedSelection>>, NullArgument> {
        if matches!(of_type.kind, TypeKind::Object(_)) {
            let field =
                |field_set: &FieldSet<'d>| self.field(of_type, field_set, self.arguments(of_type, field_set.field)?);
            return self.collect(selections, of_type).iter().map(|(_, field_set)| field(field_set)).collect();
        }
        let mut fragments = Vec::new();
        for name in self.types.possible_types(of_type) {
            let Some(object) = self.types.named(name) else { continue };
            let items = self.inside(object, selections, position)?;
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
