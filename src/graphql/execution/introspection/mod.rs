//! Introspection: the schema as data (specification, section 4.2), answered from the types that documents are validated
//! against; and as text, for gateways.
//!
//! The schema is a graph with cycles, so what a query about it costs shows only while it is answered. Values are
//! counted, and too many of them end the request.

mod description;
mod subject;
mod types;

use async_graphql::{Name, Value as ConstValue, indexmap::IndexMap, parser::types::TypeDefinition};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::arguments::Arguments,
        collect::{Group, Planner},
    },
    language::syntax::Selection,
    type_system::TypeSystem,
    validation::location_name,
};
use description::{described, inputs, text};
use subject::{About, Answer, TypeRef};

/// How many values introspection may answer with. The query of graphql-js for all of the schema needs a third of it.
const MAX_VALUES: usize = 30_000;

/// Whether a field of the root is answered here.
pub(super) fn is_introspection(name: &Name) -> bool {
    name.starts_with("__") || name == "_service"
}

/// Answers `__schema`, `__type`, `__typename` or `_service` at the root of an operation.
pub(super) fn answer(
    planner: &Planner<'_>,
    root: &TypeDefinition,
    group: &Group<'_>,
    arguments: &Arguments,
) -> Result<ConstValue, TopLevelError> {
    let mut introspection = Introspection { planner, types: planner.types, values: 0 };
    let about = match group.field.name.as_str() {
        "__schema" => Some(About::Schema),
        "__type" => {
            let named = |(_, name): &(Name, ConstValue)| match name {
                ConstValue::String(name) => planner.types.named(name),
                _ => None,
            };
            arguments.first().and_then(named).map(|of_type| About::Type(TypeRef::Named(of_type)))
        }
        "_service" => Some(About::Service),
        _ => return Ok(text(&root.name.node)),
    };
    about.map_or(Ok(ConstValue::Null), |about| introspection.object(about, &group.selections))
}

struct Introspection<'p, 'd> {
    planner: &'p Planner<'d>,
    types: &'d TypeSystem,
    values: usize,
}

impl<'d> Introspection<'_, 'd> {
    fn object(&mut self, about: About<'d>, selections: &[&'d [Selection]]) -> Result<ConstValue, TopLevelError> {
        let name = about.type_name();
        let Some(object) = self.types.named(name) else { return Ok(ConstValue::Null) };
        let mut fields = IndexMap::new();
        for (key, group) in self.planner.collect(selections, object) {
            self.values += 1;
            self.planner.check()?;
            if self.values > MAX_VALUES {
                let message = format!("Introspection may answer with at most {MAX_VALUES} values.");
                return Err(TopLevelError::new(Code::QueryTooComplex, message));
            }
            let value = match self.field(about, &group) {
                Answer::Value(value) => value,
                Answer::About(about) => self.object(about, &group.selections)?,
                Answer::List(items) => {
                    let items = items.into_iter().map(|item| self.object(item, &group.selections));
                    ConstValue::List(items.collect::<Result<_, _>>()?)
                }
            };
            fields.insert(key.clone(), value);
        }
        Ok(ConstValue::Object(fields))
    }

    fn field(&self, about: About<'d>, group: &Group<'d>) -> Answer<'d> {
        let name = group.field.name.as_str();
        if name == "__typename" {
            return Answer::Value(text(about.type_name()));
        }
        match about {
            About::Schema => self.of_schema(name),
            About::Service => Answer::Value(self.types.subgraph().map_or(ConstValue::Null, text)),
            About::Type(TypeRef::Named(of_type)) => self.of_type(of_type, name, self.includes_deprecated(about, group)),
            About::Type(TypeRef::List(inner)) => self.of_wrapper("LIST", inner, name),
            About::Type(TypeRef::NonNull(inner)) => self.of_wrapper("NON_NULL", inner, name),
            About::Field(field) => match name {
                "args" => Answer::List(inputs(&field.arguments, self.includes_deprecated(about, group))),
                "type" => self.reference(&field.ty.node),
                _ => described(name, &field.name, field.description.as_ref(), &field.directives),
            },
            About::Input(input) => match name {
                "type" => self.reference(&input.ty.node),
                "defaultValue" => Answer::Value(
                    input
                        .default_value
                        .as_ref()
                        .map_or(ConstValue::Null, |default| ConstValue::String(default.node.to_string())),
                ),
                _ => described(name, &input.name, input.description.as_ref(), &input.directives),
            },
            About::EnumValue(value) => described(name, &value.value, value.description.as_ref(), &value.directives),
            About::Directive(directive) => match name {
                "isRepeatable" => Answer::Value(ConstValue::Boolean(directive.is_repeatable)),
                "locations" => {
                    let locations = directive.locations.iter().map(|location| Name::new(location_name(location.node)));
                    Answer::Value(ConstValue::List(locations.map(ConstValue::Enum).collect()))
                }
                "args" => Answer::List(inputs(&directive.arguments, self.includes_deprecated(about, group))),
                _ => described(name, &directive.name, directive.description.as_ref(), &[]),
            },
        }
    }

    fn includes_deprecated(&self, about: About<'d>, group: &Group<'d>) -> bool {
        let object = self.types.named(about.type_name());
        let arguments = object.and_then(|object| self.planner.arguments(object, group.field).ok());
        arguments.is_some_and(|arguments| arguments.iter().any(|(_, value)| *value == ConstValue::Boolean(true)))
    }
}
