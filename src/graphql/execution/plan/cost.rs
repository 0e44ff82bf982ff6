//! The cost of an operation: the number of values that it selects, where the fields of a list count for each item.
//!
//! A small document can have a large response: 20 fields of 100 sessions each. So the cost is computed before
//! execution, from the list lengths in the arguments.

use async_graphql::{Name, Value as ConstValue, parser::types::TypeDefinition};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::variables::Variables,
        collect::{CollectedFields, FieldCollector, FieldSet},
        introspection,
    },
    language::syntax::{Document, Literal, LiteralKind, Operation},
    type_system::{TypeSystem, input_value, is_composite, item_type},
};

/// The maximum cost of an operation. A page of 100 sessions with all fields, as nodes and as edges, costs 2,000.
const MAX_COST: usize = 10_000;

/// The assumed length of a list without a length argument: the violations of a form, the audiences of a token.
const DEFAULT_LENGTH: usize = 10;

/// The arguments that determine the length of a list: by a number, or by the length of a list.
const LENGTH_ARGUMENTS: [&str; 2] = ["first", "representations"];

/// The maximum page size. Resolvers reject a larger `first`.
const MAX_PAGE: usize = 100;

/// Checks that the cost of an operation is within the limit.
pub(in crate::graphql::execution) fn check(
    document: &Document,
    operation: &Operation,
    types: &TypeSystem,
    variables: &Variables,
) -> Result<(), TopLevelError> {
    if operation.is_cheap || total(&FieldCollector::new(document, types, variables), operation) <= MAX_COST {
        return Ok(());
    }
    let message =
        format!("A request may select at most {MAX_COST} values: its fields, times the lengths of their lists.");
    Err(TopLevelError::new(Code::QueryTooComplex, message))
}

/// Whether the cost of an operation of a valid document is within the limit for any variables.
pub(in crate::graphql::execution) fn is_cheap(document: &Document, operation: &Operation, types: &TypeSystem) -> bool {
    let none = Variables::new();
    let collector = FieldCollector::for_any_variables(document, types, &none);
    total(&collector, operation) <= MAX_COST && collector.check().is_ok()
}

/// The cost of an operation.
fn total<'d>(collector: &FieldCollector<'d>, operation: &'d Operation) -> usize {
    let root = collector.types.root_type(operation.kind);
    root.map_or(0, |root| cost_of(collector, &collector.collect(&[&operation.selections], root), root, DEFAULT_LENGTH))
}

/// The cost of the fields of one object.
fn cost_of(
    collector: &FieldCollector<'_>,
    fields: &CollectedFields<'_>,
    parent: &TypeDefinition,
    length: usize,
) -> usize {
    let cost = |(_, field_set): &(&Name, FieldSet<'_>)| cost_of_field(collector, field_set, parent, length);
    fields.iter().map(cost).fold(0, usize::saturating_add)
}

/// The cost of a field. `length` is the list length that the nearest ancestor with a length argument requests.
fn cost_of_field(
    collector: &FieldCollector<'_>,
    field_set: &FieldSet<'_>,
    parent: &TypeDefinition,
    length: usize,
) -> usize {
    let types = collector.types;
    // The cost of introspection is limited while it is resolved.
    if introspection::is_introspection(&field_set.field.name) {
        return 1;
    }
    let Some(definition) = types.field(parent, &field_set.field.name) else { return 1 };
    let requested = LENGTH_ARGUMENTS.iter().find_map(|name| {
        let expected = input_value(&definition.arguments, name)?;
        let given = field_set.field.arguments.iter().find(|argument| argument.name == *name);
        let default = || expected.default_value.as_ref().map(|default| value_length(&default.node));
        given.and_then(|given| literal_length(&given.value, collector)).or_else(default)
    });
    let length = requested.unwrap_or(length);
    let times = if item_type(&definition.ty.node).is_some() { length } else { 1 };

    let of_type = types.innermost(&definition.ty.node).filter(|of_type| is_composite(of_type));
    let inside = |of_type: &TypeDefinition| {
        let objects = types.possible_types(of_type).iter().filter_map(|name| types.named(name));
        let cost = |object| cost_of(collector, &collector.collect(&field_set.selections, object), object, length);
        objects.map(cost).max().unwrap_or(0)
    };
    times.saturating_mul(of_type.map_or(0, inside).saturating_add(1))
}

/// The list length that a literal requests; `None` for a variable without a value.
fn literal_length(literal: &Literal, collector: &FieldCollector<'_>) -> Option<usize> {
    match &literal.kind {
        LiteralKind::Variable(_) if collector.includes_all() => Some(MAX_COST),
        LiteralKind::Variable(name) => collector.variables.get(name).map(|variable| value_length(&variable.value)),
        LiteralKind::List(items) => Some(items.len()),
        LiteralKind::Int(digits) => Some(digits.parse().map_or(0, |first: usize| first.min(MAX_PAGE))),
        _ => Some(1),
    }
}

/// The list length that a value requests.
fn value_length(value: &ConstValue) -> usize {
    match value {
        ConstValue::Number(number) => {
            number.as_u64().and_then(|first| usize::try_from(first).ok()).map_or(0, |first| first.min(MAX_PAGE))
        }
        ConstValue::List(items) => items.len(),
        _ => 1,
    }
}
