//! The fields of `__Schema` and `__Type`.

use async_graphql::{
    Name, Positioned, Value as ConstValue,
    parser::types::{BaseType, OperationType, Type, TypeDefinition, TypeKind},
};

use super::{
    Introspection,
    description::{argument_of, described, inputs, kind_of, reason},
    subject::{About, Answer, TypeRef, named},
};
use crate::graphql::type_system::{fields_of, input_fields_of, is_one_of};

impl<'d> Introspection<'_, 'd> {
    pub(super) fn of_schema(&self, name: &str) -> Answer<'d> {
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

    pub(super) fn of_type(&self, of_type: &'d TypeDefinition, name: &str, deprecated: bool) -> Answer<'d> {
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

    pub(super) fn of_wrapper(&self, kind: &str, inner: &'d Type, name: &str) -> Answer<'d> {
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

    pub(super) fn reference(&self, of_type: &'d Type) -> Answer<'d> {
        match &of_type.base {
            _ if !of_type.nullable => Answer::About(About::Type(TypeRef::NonNull(of_type))),
            BaseType::List(item) => Answer::About(About::Type(TypeRef::List(item))),
            BaseType::Named(name) => self.types.named(name).map_or(Answer::Value(ConstValue::Null), named),
        }
    }
}
