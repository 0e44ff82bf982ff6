//! Introspection: the schema as data (specification, section 4.2), answered from the types that documents are validated
//! against; and as text, for gateways.
//!
//! The schema is a graph with cycles, so what a query about it costs shows only while it is answered. Values are
//! counted, and too many of them end the request.

use async_graphql::{
    Name, Positioned, Value as ConstValue,
    indexmap::IndexMap,
    parser::types::{
        BaseType, ConstDirective, DirectiveDefinition, EnumValueDefinition, FieldDefinition, InputValueDefinition,
        OperationType, Type, TypeDefinition, TypeKind,
    },
};

use crate::graphql::{
    error::{Code, TopLevelError},
    execution::{
        coercion::arguments::Arguments,
        collect::{Group, Planner},
    },
    language::syntax::Selection,
    type_system::{TypeSystem, fields_of, input_fields_of, is_one_of},
    validation::location_name,
};

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

/// What a selection set is about.
#[derive(Clone, Copy)]
enum About<'d> {
    Schema,
    Service,
    Type(TypeRef<'d>),
    Field(&'d FieldDefinition),
    Input(&'d InputValueDefinition),
    EnumValue(&'d EnumValueDefinition),
    Directive(&'d DirectiveDefinition),
}

/// A type, or one that wraps another: a list, or one that is not null.
#[derive(Clone, Copy)]
enum TypeRef<'d> {
    Named(&'d TypeDefinition),
    List(&'d Type),
    NonNull(&'d Type),
}

/// The value of a field, or what its value is about.
enum Answer<'d> {
    Value(ConstValue),
    About(About<'d>),
    List(Vec<About<'d>>),
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

    fn of_schema(&self, name: &str) -> Answer<'d> {
        let root = |kind| self.types.root(kind).map_or(Answer::Value(ConstValue::Null), named);
        match name {
            "types" => Answer::List(self.types.all().map(|of_type| About::Type(TypeRef::Named(of_type))).collect()),
            "directives" => Answer::List(self.types.directives().iter().map(About::Directive).collect()),
            "queryType" => root(OperationType::Query),
            "mutationType" => root(OperationType::Mutation),
            "subscriptionType" => root(OperationType::Subscription),
            _ => Answer::Value(ConstValue::Null),
        }
    }

    fn of_type(&self, of_type: &'d TypeDefinition, name: &str, deprecated: bool) -> Answer<'d> {
        let types = |names: &[Name]| {
            let types = names.iter().filter_map(|name| self.types.named(name));
            Answer::List(types.map(|of_type| About::Type(TypeRef::Named(of_type))).collect())
        };
        let implemented =
            |names: &[Positioned<Name>]| types(&names.iter().map(|name| name.node.clone()).collect::<Vec<_>>());
        match (name, &of_type.kind) {
            ("kind", kind) => Answer::Value(ConstValue::Enum(Name::new(kind_of(kind)))),
            ("specifiedByURL", TypeKind::Scalar) => {
                Answer::Value(argument_of(&of_type.directives, "specifiedBy", "url").cloned().unwrap_or_default())
            }
            ("fields", TypeKind::Object(_) | TypeKind::Interface(_)) => {
                let fields = fields_of(of_type).iter().map(|field| &field.node);
                let shown = fields.filter(|field| deprecated || reason(&field.directives).is_none());
                Answer::List(shown.map(About::Field).collect())
            }
            ("interfaces", TypeKind::Object(object)) => implemented(&object.implements),
            ("interfaces", TypeKind::Interface(interface)) => implemented(&interface.implements),
            ("possibleTypes", TypeKind::Interface(_) | TypeKind::Union(_)) => types(self.types.possible(of_type)),
            ("enumValues", TypeKind::Enum(members)) => {
                let values = members.values.iter().map(|value| &value.node);
                let shown = values.filter(|value| deprecated || reason(&value.directives).is_none());
                Answer::List(shown.map(About::EnumValue).collect())
            }
            ("inputFields", TypeKind::InputObject(_)) => {
                Answer::List(inputs(input_fields_of(of_type).unwrap_or_default(), deprecated))
            }
            ("isOneOf", TypeKind::InputObject(_)) => Answer::Value(ConstValue::Boolean(is_one_of(of_type))),
            ("name" | "description", _) => described(name, &of_type.name, of_type.description.as_ref(), &[]),
            _ => Answer::Value(ConstValue::Null),
        }
    }

    fn of_wrapper(&self, kind: &str, inner: &'d Type, name: &str) -> Answer<'d> {
        match name {
            "kind" => Answer::Value(ConstValue::Enum(Name::new(kind))),
            "ofType" => match (kind, &inner.base) {
                // What is not null is the same type without that.
                ("NON_NULL", BaseType::List(item)) => Answer::About(About::Type(TypeRef::List(item))),
                ("NON_NULL", BaseType::Named(name)) => {
                    self.types.named(name).map_or(Answer::Value(ConstValue::Null), named)
                }
                _ => self.reference(inner),
            },
            _ => Answer::Value(ConstValue::Null),
        }
    }

    fn reference(&self, of_type: &'d Type) -> Answer<'d> {
        match &of_type.base {
            _ if !of_type.nullable => Answer::About(About::Type(TypeRef::NonNull(of_type))),
            BaseType::List(item) => Answer::About(About::Type(TypeRef::List(item))),
            BaseType::Named(name) => self.types.named(name).map_or(Answer::Value(ConstValue::Null), named),
        }
    }

    fn includes_deprecated(&self, about: About<'d>, group: &Group<'d>) -> bool {
        let object = self.types.named(about.type_name());
        let arguments = object.and_then(|object| self.planner.arguments(object, group.field).ok());
        arguments.is_some_and(|arguments| arguments.iter().any(|(_, value)| *value == ConstValue::Boolean(true)))
    }
}

impl About<'_> {
    fn type_name(self) -> &'static str {
        match self {
            Self::Schema => "__Schema",
            Self::Service => "_Service",
            Self::Type(_) => "__Type",
            Self::Field(_) => "__Field",
            Self::Input(_) => "__InputValue",
            Self::EnumValue(_) => "__EnumValue",
            Self::Directive(_) => "__Directive",
        }
    }
}

fn named(of_type: &TypeDefinition) -> Answer<'_> {
    Answer::About(About::Type(TypeRef::Named(of_type)))
}

/// What everything with a name says of itself.
fn described<'d>(
    field: &str,
    name: &Positioned<Name>,
    description: Option<&Positioned<String>>,
    directives: &[Positioned<ConstDirective>],
) -> Answer<'d> {
    Answer::Value(match field {
        "name" => text(&name.node),
        "description" => description.map_or(ConstValue::Null, |description| text(&description.node)),
        "isDeprecated" => ConstValue::Boolean(reason(directives).is_some()),
        "deprecationReason" => reason(directives).unwrap_or_default(),
        _ => ConstValue::Null,
    })
}

fn inputs(values: &[Positioned<InputValueDefinition>], deprecated: bool) -> Vec<About<'_>> {
    let values = values.iter().map(|value| &value.node);
    values.filter(|value| deprecated || reason(&value.directives).is_none()).map(About::Input).collect()
}

/// Why something is deprecated, if it is.
fn reason(directives: &[Positioned<ConstDirective>]) -> Option<ConstValue> {
    let deprecated = directives.iter().any(|directive| directive.node.name.node == "deprecated");
    let reason = argument_of(directives, "deprecated", "reason").cloned();
    deprecated.then(|| reason.unwrap_or_else(|| text("No longer supported")))
}

fn argument_of<'d>(directives: &'d [Positioned<ConstDirective>], name: &str, argument: &str) -> Option<&'d ConstValue> {
    let directive = directives.iter().find(|directive| directive.node.name.node == name)?;
    directive.node.arguments.iter().find(|(name, _)| name.node == argument).map(|(_, value)| &value.node)
}

fn text(text: &str) -> ConstValue {
    ConstValue::String(text.to_owned())
}

fn kind_of(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "SCALAR",
        TypeKind::Object(_) => "OBJECT",
        TypeKind::Interface(_) => "INTERFACE",
        TypeKind::Union(_) => "UNION",
        TypeKind::Enum(_) => "ENUM",
        TypeKind::InputObject(_) => "INPUT_OBJECT",
    }
}
