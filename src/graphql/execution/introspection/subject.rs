//! What introspection answers about.

use async_graphql::{
    Value as ConstValue,
    parser::types::{
        DirectiveDefinition, EnumValueDefinition, FieldDefinition, InputValueDefinition, Type, TypeDefinition,
    },
};

/// What a selection set is about.
#[derive(Clone, Copy)]
pub(super) enum About<'d> {
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
pub(super) enum TypeRef<'d> {
    Named(&'d TypeDefinition),
    List(&'d Type),
    NonNull(&'d Type),
}

/// The value of a field, or what its value is about.
pub(super) enum Answer<'d> {
    Value(ConstValue),
    About(About<'d>),
    List(Vec<About<'d>>),
}

impl About<'_> {
    pub(super) fn type_name(self) -> &'static str {
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

pub(super) fn named(of_type: &TypeDefinition) -> Answer<'_> {
    Answer::About(About::Type(TypeRef::Named(of_type)))
}
