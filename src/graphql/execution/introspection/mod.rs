//! Introspection: the schema as data (specification, section 4.2), and as SDL for gateways.
//!
//! The types are those that documents are validated against. A schema has cycles, so the cost of an introspection query
//! shows only while it is resolved: values are counted, and the request fails if there are too many.

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

/// The maximum number of values in an introspection result. The introspection query of graphql-js needs a third of it.
const MAX_VALUES: usize = 30_000;

/// Whether a root field is resolved here.
pub(super) fn is_introspection(name: &Name) -> bool {
    name.starts_with("__") || name == "_service"
}

/// Resolves the root field `__schema`, `__type`, `__typename` or `_service`.
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

/// Resolves introspection objects, and counts their values.
struct Introspection<'p, 'd> {
    collector: &'p FieldCollector<'d>,
    types: &'d TypeSystem,
    values: usize,
}

impl<'d> Introspection<'_, 'd> {
    /// Resolves the selected fields of an object.
    fn object(&mut self, object: Object<'d>, selections: &[&'d [Selection]]) -> Result<ConstValue, TopLevelError> {
        let Some(of_type) = self.types.named(object.type_name()) else { return Ok(ConstValue::Null) };
        let mut fields = IndexMap::new();
        for (response_name, field_set) in self.collector.collect(selections, of_type) {
            self.values += 1;
            self.collector.check()?;
            if self.values > MAX_VALUES {
                let message = format!("The result of introspection may have at most {MAX_VALUES} values.");
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

    /// Resolves a field of an object.
    fn field(&self, object: Object<'d>, field_set: &FieldSet<'d>) -> FieldValue<'d> {
        let name = field_set.field.name.as_str();
        if name == "__typename" {
            return FieldValue::Leaf(text(object.type_name()));
        }
        match object {
            Object::Schema => self.schema_field(name),
            Object::Service => FieldValue::Leaf(self.types.subgraph_sdl().map_or(ConstValue::Null, text)),
            Object::Type(TypeRef::Named(of_type)) => {
                self.type_field(of_type, name, self.includes_deprecated(object, field_set))
            }
            Object::Type(TypeRef::List(inner)) => self.wrapper_field("LIST", inner, name),
            Object::Type(TypeRef::NonNull(inner)) => self.wrapper_field("NON_NULL", inner, name),
            Object::Field(field) => match name {
                "args" => FieldValue::List(inputs(&field.arguments, self.includes_deprecated(object, field_set))),
                "type" => self.reference(&field.ty.node),
                _ => described(name, &field.name, field.description.as_ref(), &field.directives),
            },
            Object::InputValue(input) => match name {
                "type" => self.reference(&input.ty.node),
                "defaultValue" => {
                    let default = input.default_value.as_ref().map(|default| default.node.to_string());
                    FieldValue::Leaf(default.map_or(ConstValue::Null, ConstValue::String))
                }
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

    /// The value of the argument `includeDeprecated`.
    fn includes_deprecated(&self, object: Object<'d>, field_set: &FieldSet<'d>) -> bool {
        let of_type = self.types.named(object.type_name());
        let arguments = of_type.and_then(|of_type| self.collector.arguments.coerce(of_type, field_set.field).ok());
        arguments.is_some_and(|arguments| arguments.iter().any(|(_, value)| *value == ConstValue::Boolean(true)))
    }
}
