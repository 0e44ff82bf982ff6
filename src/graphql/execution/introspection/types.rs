//! The fields of `__Schema` and `__Type` (specification, sections 4.2.1 and 4.2.2).

use async_graphql::{
    Name, Positioned, Value as ConstValue,
    parser::types::{BaseType, OperationType, Type, TypeDefinition, TypeKind},
};

use super::{
    Introspection,
    description::{argument_of, deprecation_reason, described, inputs, kind_of},
    object::{FieldValue, Object, TypeRef, named},
};
use crate::graphql::type_system::{fields_of, input_fields_of, is_one_of};

impl<'d> Introspection<'_, 'd> {
    /// Resolves a field of `__Schema`.
    pub(super) fn schema_field(&self, name: &str) -> FieldValue<'d> {
        let root = |kind| self.types.root_type(kind).map_or(FieldValue::Leaf(ConstValue::Null), named);
        match name {
            "types" => {
                FieldValue::List(self.types.types().map(|of_type| Object::Type(TypeRef::Named(of_type))).collect())
            }
            "directives" => FieldValue::List(self.types.directives().iter().map(Object::Directive).collect()),
            "queryType" => root(OperationType::Query),
            "mutationType" => root(OperationType::Mutation),
            "subscriptionType" => root(OperationType::Subscription),
            _ => FieldValue::Leaf(ConstValue::Null),
        }
    }

    /// Resolves a field of the `__Type` of a named type.
    pub(super) fn type_field(&self, of_type: &'d TypeDefinition, name: &str, deprecated: bool) -> FieldValue<'d> {
        let types = |names: &[Name]| {
            let types = names.iter().filter_map(|name| self.types.named(name));
            FieldValue::List(types.map(|of_type| Object::Type(TypeRef::Named(of_type))).collect())
        };
        let implemented =
            |names: &[Positioned<Name>]| types(&names.iter().map(|name| name.node.clone()).collect::<Vec<_>>());
        match (name, &of_type.kind) {
            ("kind", kind) => FieldValue::Leaf(ConstValue::Enum(Name::new(kind_of(kind)))),
            ("specifiedByURL", TypeKind::Scalar) => {
                FieldValue::Leaf(argument_of(&of_type.directives, "specifiedBy", "url").cloned().unwrap_or_default())
            }
            ("fields", TypeKind::Object(_) | TypeKind::Interface(_)) => {
                let fields = fields_of(of_type).iter().map(|field| &field.node);
                let shown = fields.filter(|field| deprecated || deprecation_reason(&field.directives).is_none());
                FieldValue::List(shown.map(Object::Field).collect())
            }
            ("interfaces", TypeKind::Object(object)) => implemented(&object.implements),
            ("interfaces", TypeKind::Interface(interface)) => implemented(&interface.implements),
            ("possibleTypes", TypeKind::Interface(_) | TypeKind::Union(_)) => types(self.types.possible_types(of_type)),
            ("enumValues", TypeKind::Enum(members)) => {
                let values = members.values.iter().map(|value| &value.node);
                let shown = values.filter(|value| deprecated || deprecation_reason(&value.directives).is_none());
                FieldValue::List(shown.map(Object::EnumValue).collect())
            }
            ("inputFields", TypeKind::InputObject(_)) => {
                FieldValue::List(inputs(input_fields_of(of_type).unwrap_or_default(), deprecated))
            }
            ("isOneOf", TypeKind::InputObject(_)) => FieldValue::Leaf(ConstValue::Boolean(is_one_of(of_type))),
            ("name" | "description", _) => described(name, &of_type.name, of_type.description.as_ref(), &[]),
            _ => FieldValue::Leaf(ConstValue::Null),
        }
    }

    /// Resolves a field of the `__Type` of a list or a non-null type.
    pub(super) fn wrapper_field(&self, kind: &str, inner: &'d Type, name: &str) -> FieldValue<'d> {
        match name {
            "kind" => FieldValue::Leaf(ConstValue::Enum(Name::new(kind))),
            "ofType" => match (kind, &inner.base) {
                // The same type, but nullable.
                ("NON_NULL", BaseType::List(item)) => FieldValue::Object(Object::Type(TypeRef::List(item))),
                ("NON_NULL", BaseType::Named(name)) => {
                    self.types.named(name).map_or(FieldValue::Leaf(ConstValue::Null), named)
                }
                _ => self.reference(inner),
            },
            _ => FieldValue::Leaf(ConstValue::Null),
        }
    }

    /// The `__Type` of a type reference.
    pub(super) fn reference(&self, of_type: &'d Type) -> FieldValue<'d> {
        match &of_type.base {
            _ if !of_type.nullable => FieldValue::Object(Object::Type(TypeRef::NonNull(of_type))),
            BaseType::List(item) => FieldValue::Object(Object::Type(TypeRef::List(item))),
            BaseType::Named(name) => self.types.named(name).map_or(FieldValue::Leaf(ConstValue::Null), named),
        }
    }
}
