//! The fields that most introspection types have: name, description and deprecation.

use async_graphql::{
    Name, Positioned, Value as ConstValue,
    parser::types::{ConstDirective, InputValueDefinition, TypeKind},
};

use super::object::{FieldValue, Object};

/// Resolves the name, the description or the deprecation of a definition.
pub(super) fn described<'d>(
    field: &str,
    name: &Positioned<Name>,
    description: Option<&Positioned<String>>,
    directives: &[Positioned<ConstDirective>],
) -> FieldValue<'d> {
    FieldValue::Leaf(match field {
        "name" => text(&name.node),
        "description" => description.map_or(ConstValue::Null, |description| text(&description.node)),
        "isDeprecated" => ConstValue::Boolean(deprecation_reason(directives).is_some()),
        "deprecationReason" => deprecation_reason(directives).unwrap_or_default(),
        _ => ConstValue::Null,
    })
}

/// The `__InputValue`s of arguments or input fields.
pub(super) fn inputs(values: &[Positioned<InputValueDefinition>], deprecated: bool) -> Vec<Object<'_>> {
    let values = values.iter().map(|value| &value.node);
    values
        .filter(|value| deprecated || deprecation_reason(&value.directives).is_none())
        .map(Object::InputValue)
        .collect()
}

/// The reason of a deprecation; `None` if there is no `@deprecated`.
pub(super) fn deprecation_reason(directives: &[Positioned<ConstDirective>]) -> Option<ConstValue> {
    let deprecated = directives.iter().any(|directive| directive.node.name.node == "deprecated");
    let reason = argument_of(directives, "deprecated", "reason").cloned();
    deprecated.then(|| reason.unwrap_or_else(|| text("No longer supported")))
}

/// The value of an argument of a directive.
pub(super) fn argument_of<'d>(
    directives: &'d [Positioned<ConstDirective>],
    name: &str,
    argument: &str,
) -> Option<&'d ConstValue> {
    let directive = directives.iter().find(|directive| directive.node.name.node == name)?;
    directive.node.arguments.iter().find(|(name, _)| name.node == argument).map(|(_, value)| &value.node)
}

pub(super) fn text(text: &str) -> ConstValue {
    ConstValue::String(text.to_owned())
}

/// The member of `__TypeKind`.
pub(super) fn kind_of(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "SCALAR",
        TypeKind::Object(_) => "OBJECT",
        TypeKind::Interface(_) => "INTERFACE",
        TypeKind::Union(_) => "UNION",
        TypeKind::Enum(_) => "ENUM",
        TypeKind::InputObject(_) => "INPUT_OBJECT",
    }
}
