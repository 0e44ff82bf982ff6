//! Introspection: the schema as data (specification, section 4.2), answered from the types that documents are validated
//! against; and as text, for gateways.
//!
//! The schema is a graph with cycles, so what a query about it costs shows only while it is answered. Values are
//! counted, and too many of them end the request.

mod description;
mod object;
mod types;

use async_graphql::{Name, Value as ConstValue, indexmap::IndexMap, parser::types::TypeDefinition};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::arguments::Arguments,
        collect::{FieldCollector, FieldSet},
    },
    language::syntax::Selection,
    type_system::TypeSystem,
    validation::location_name,
};
use description::{described, inputs, text};
use object::{FieldValue, Object, TypeRef};

/// How many values introspection may answer with. The query of graphql-js for all of the schema needs a third of it.
const MAX_VALUES: usize = 30_000;

/// Whether a field of the root is answered here.
pub(super) fn is_introspection(name: &Name) -> bool {
    name.starts_with("__") || name == "_service"
}

/// Answers `__schema`, `__type`, `__typename` or `_service` at the root of an operation.
pub(super) fn resolve(
    collector: &FieldCollector<'_>,
    root: &TypeDefinition,
    field_set: &FieldSet<'_>,
    arguments: &Arguments,
) -> Result<ConstValue, TopLevelError> {
    let mut introspection = Introspection { collector, types: collector.types, values: 0 };
    let object = match field_set.field.name.as_str() {
        "__schema" => Some(Object::Schema),
        "__type" => {
            let named = |(_, name): &(Name, ConstValue)| match name {
                ConstValue::String(name) => collector.types.named(name),
                _ => None,
            };
            arguments.first().and_then(named).map(|of_type| Object::Type(TypeRef::Named(of_type)))
        }
        "_service" => Some(Object::Service),
        _ => return Ok(text(&root.name.node)),
    };
    object.map_or(Ok(ConstValue::Null), |object| introspection.object(object, &field_set.selections))
}

struct Introspection<'p, 'd> {
    collector: &'p FieldCollector<'d>,
    types: &'d TypeSystem,
    values: usize,
}

impl<'d> Introspection<'_, 'd> {
    fn object(&mut self, object: Object<'d>, selections: &[&'d [Selection]]) -> Result<ConstValue, TopLevelError> {
        let Some(of_type) = self.types.named(object.type_name()) else { return Ok(ConstValue::Null) };
        let mut fields = IndexMap::new();
        for (response_name, field_set) in self.collector.collect(selections, of_type) {
            self.values += 1;
            self.collector.check()?;
            if self.values > MAX_VALUES {
                let message = format!("Introspection may answer with at most {MAX_VALUES} values.");
                return Err(TopLevelError::new(Code::QueryTooComplex, message));
            }
            let value = match self.field(object, &field_set) {
                FieldValue::Leaf(value) => value,
                FieldValue::Object(object) => self.object(object, &field_set.selections)?,
                FieldValue::List(items) => {
                    let items = items.into_iter().map(|item| self.object(item, &field_set.selections));
                    ConstValue::List(items.collect::<Result<_, _>>()?)
                }
            };
            fields.insert(response_name.clone(), value);
        }
        Ok(ConstValue::Object(fields))
    }

    fn field(&self, object: Object<'d>, field_set: &FieldSet<'d>) -> FieldValue<'d> {
        let name = field_set.field.name.as_str();
        if name == "__typename" {
            return FieldValue::Leaf(text(object.type_name()));
        }
        match object {
            Object::Schema => self.of_schema(name),
            Object::Service => FieldValue::Leaf(self.types.subgraph_sdl().map_or(ConstValue::Null, text)),
            Object::Type(TypeRef::Named(of_type)) => {
                self.of_type(of_type, name, self.includes_deprecated(object, field_set))
            }
            Object::Type(TypeRef::List(inner)) => self.of_wrapper("LIST", inner, name),
            Object::Type(TypeRef::NonNull(inner)) => self.of_wrapper("NON_NULL", inner, name),
            Object::Field(field) => match name {
                "args" => FieldValue::List(inputs(&field.arguments, self.includes_deprecated(object, field_set))),
                "type" => self.reference(&field.ty.node),
                _ => described(name, &field.name, field.description.as_ref(), &field.directives),
            },
            Object::InputValue(input) => match name {
                "type" => self.reference(&input.ty.node),
                "defaultValue" => FieldValue::Leaf(
                    input
                        .default_value
                        .as_ref()
                        .map_or(ConstValue::Null, |default| ConstValue::String(default.node.to_string())),
                ),
                _ => described(name, &input.name, input.description.as_ref(), &input.directives),
            },
            Object::EnumValue(value) => described(name, &value.value, value.description.as_ref(), &value.directives),
            Object::Directive(directive) => match name {
                "isRepeatable" => FieldValue::Leaf(ConstValue::Boolean(directive.is_repeatable)),
                "locations" => {
                    let locations = directive.locations.iter().map(|location| Name::new(location_name(location.node)));
                    FieldValue::Leaf(ConstValue::List(locations.map(ConstValue::Enum).collect()))
                }
                "args" => FieldValue::List(inputs(&directive.arguments, self.includes_deprecated(object, field_set))),
                _ => described(name, &directive.name, directive.description.as_ref(), &[]),
            },
        }
    }

    fn includes_deprecated(&self, object: Object<'d>, field_set: &FieldSet<'d>) -> bool {
        let of_type = self.types.named(object.type_name());
        let arguments = of_type.and_then(|of_type| self.collector.arguments(of_type, field_set.field).ok());
        arguments.is_some_and(|arguments| arguments.iter().any(|(_, value)| *value == ConstValue::Boolean(true)))
    }
}
