//! The objects of introspection: the schema, and its types, fields, arguments, enum values and directives.

use async_graphql::{
    Value as ConstValue,
    parser::types::{
        DirectiveDefinition, EnumValueDefinition, FieldDefinition, InputValueDefinition, Type, TypeDefinition,
    },
};

/// An object that introspection resolves. Each is of an introspection type.
#[derive(Clone, Copy)]
pub(super) enum Object<'d> {
    Schema,
    /// The object of `_service`, which has the SDL for gateways.
    Service,
    Type(TypeRef<'d>),
    Field(&'d FieldDefinition),
    InputValue(&'d InputValueDefinition),
    EnumValue(&'d EnumValueDefinition),
    Directive(&'d DirectiveDefinition),
}

/// A `__Type`: a named type, a list, or a non-null type. The wrappers hold the type reference that they are read from.
#[derive(Clone, Copy)]
pub(super) enum TypeRef<'d> {
    Named(&'d TypeDefinition),
    /// Holds the item type.
    List(&'d Type),
    /// Holds the reference itself, which is not nullable.
    NonNull(&'d Type),
}

/// The value of a field: complete, or objects whose fields are yet to be resolved.
pub(super) enum FieldValue<'d> {
    Leaf(ConstValue),
    Object(Object<'d>),
    List(Vec<Object<'d>>),
}

impl Object<'_> {
    /// The name of the introspection type.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Schema => "__Schema",
            Self::Service => "_Service",
            Self::Type(_) => "__Type",
            Self::Field(_) => "__Field",
            Self::InputValue(_) => "__InputValue",
            Self::EnumValue(_) => "__EnumValue",
            Self::Directive(_) => "__Directive",
        }
    }
}

/// The `__Type` of a named type.
pub(super) fn named(of_type: &TypeDefinition) -> FieldValue<'_> {
    FieldValue::Object(Object::Type(TypeRef::Named(of_type)))
}
