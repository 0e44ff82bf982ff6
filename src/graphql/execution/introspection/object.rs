//! What introspection answers object.

use async_graphql::{
    Value as ConstValue,
    parser::types::{
        DirectiveDefinition, EnumValueDefinition, FieldDefinition, InputValueDefinition, Type, TypeDefinition,
    },
};

/// What a selection set is object.
#[derive(Clone, Copy)]
pub(super) enum Object<'d> {
    Schema,
    Service,
    Type(TypeRef<'d>),
    Field(&'d FieldDefinition),
    InputValue(&'d InputValueDefinition),
    EnumValue(&'d EnumValueDefinition),
    Directive(&'d DirectiveDefinition),
}

/// A type, or one that wraps another: a list, or one that is not null.
#[derive(Clone, Copy)]
pub(super) enum TypeRef<'d> {
    Named(&'d TypeDefinition),
    List(&'d Type),
    NonNull(&'d Type),
}

/// The value of a field, or what its value is object.
pub(super) enum FieldValue<'d> {
    Leaf(ConstValue),
    Object(Object<'d>),
    List(Vec<Object<'d>>),
}

impl Object<'_> {
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

pub(super) fn named(of_type: &TypeDefinition) -> FieldValue<'_> {
    FieldValue::Object(Object::Type(TypeRef::Named(of_type)))
}
