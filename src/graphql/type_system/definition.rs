//! Properties of a single definition: its fields, its kind, and the types inside a type reference.

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

/// The definition of the argument or input field with this name.
pub(in crate::graphql) fn input_value<'v>(
    values: &'v [Positioned<InputValueDefinition>],
    name: &str,
) -> Option<&'v InputValueDefinition> {
    values.iter().map(|value| &value.node).find(|value| value.name.node == name)
}

/// Whether an argument or input field is required: non-null and without a default.
pub(in crate::graphql) fn is_required(value: &InputValueDefinition) -> bool {
    !value.ty.node.nullable && value.default_value.is_none()
}

/// Whether a type is composite, so that its fields have selection sets: an object, an interface or a union.
pub(in crate::graphql) fn is_composite(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
}

/// `IsInputType()`: whether arguments and variables may have this type: a scalar, an enum or an input object.
pub(in crate::graphql) fn is_input(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_))
}

/// Whether an input object has the directive `@oneOf`: exactly one of its fields must be given.
pub(in crate::graphql) fn is_one_of(of_type: &TypeDefinition) -> bool {
    of_type.directives.iter().any(|directive| directive.node.name.node == "oneOf")
}

/// The name of the type inside a type reference, without its lists and non-null markers.
pub(in crate::graphql) fn innermost_name(of_type: &Type) -> &Name {
    match &of_type.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost_name(inner),
    }
}

/// The item type of a list type.
pub(in crate::graphql) fn item_type(of_type: &Type) -> Option<&Type> {
    match &of_type.base {
        BaseType::List(inner) => Some(inner),
        BaseType::Named(_) => None,
    }
}
