//! Questions to a definition alone: what a type is made of, and what kind of type it is.

use async_graphql::{
    Name, Positioned,
    parser::types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind},
};

/// The fields of an object type or an interface.
pub(in crate::graphql) fn fields_of(of_type: &TypeDefinition) -> &[Positioned<FieldDefinition>] {
    match &of_type.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

/// The fields of an input object.
pub(in crate::graphql) fn input_fields_of(of_type: &TypeDefinition) -> Option<&[Positioned<InputValueDefinition>]> {
    match &of_type.kind {
        TypeKind::InputObject(input) => Some(&input.fields),
        _ => None,
    }
}

/// The definition of an argument or an input field.
pub(in crate::graphql) fn input_value<'v>(
    values: &'v [Positioned<InputValueDefinition>],
    name: &str,
) -> Option<&'v InputValueDefinition> {
    values.iter().map(|value| &value.node).find(|value| value.name.node == name)
}

/// Whether an argument or an input field has to be given.
pub(in crate::graphql) fn is_required(value: &InputValueDefinition) -> bool {
    !value.ty.node.nullable && value.default_value.is_none()
}

/// Whether a type has selections: objects, interfaces and unions.
pub(in crate::graphql) fn is_composite(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
}

/// Whether a type is for arguments and variables: scalars, enums and input objects.
pub(in crate::graphql) fn is_input(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_))
}

/// Whether exactly one field of an input object has to be given (`@oneOf`).
pub(in crate::graphql) fn is_one_of(of_type: &TypeDefinition) -> bool {
    of_type.directives.iter().any(|directive| directive.node.name.node == "oneOf")
}

/// The name at the innermost place of a type reference.
pub(in crate::graphql) fn innermost_name(of_type: &Type) -> &Name {
    match &of_type.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost_name(inner),
    }
}

/// The type of the items of a list.
pub(in crate::graphql) fn item_type(of_type: &Type) -> Option<&Type> {
    match &of_type.base {
        BaseType::List(inner) => Some(inner),
        BaseType::Named(_) => None,
    }
}
