//! Coercing variable values, before anything is executed (specification, section 6.1.2).

use std::collections::HashMap;

use async_graphql::{
    Name, Number, Value as ConstValue,
    indexmap::IndexMap,
    parser::types::{Type, TypeDefinition, TypeKind},
};
use serde_json::{Map, Value as Json};

use super::arguments::coerce_constant;
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Operation, VariableDefinition},
    type_system::{TypeSystem, input_fields_of, input_value, is_one_of, is_required, item_type},
};

/// The coerced variable values of an operation. A variable without a value and a default is absent.
pub(in crate::graphql::execution) type Variables = HashMap<Name, Variable>;

/// The coerced value of a variable.
pub(in crate::graphql::execution) struct Variable {
    pub(in crate::graphql::execution) value: ConstValue,
    /// The estimated size of a copy, in bytes.
    pub(in crate::graphql::execution) size: usize,
}

impl From<ConstValue> for Variable {
    fn from(value: ConstValue) -> Self {
        Self { size: size_of(&value), value }
    }
}

/// The estimated size of a value, in bytes.
fn size_of(value: &ConstValue) -> usize {
    const OVERHEAD: usize = 16;
    OVERHEAD
        + match value {
            ConstValue::String(text) => text.len(),
            ConstValue::List(items) => items.iter().map(size_of).sum(),
            ConstValue::Object(fields) => fields.values().map(|field| 3 * OVERHEAD + size_of(field)).sum(),
            _ => 0,
        }
}

/// `CoerceVariableValues()`: coerces the variables that an operation defines. Other values are ignored.
pub(in crate::graphql::execution) fn coerce(
    operation: &Operation,
    types: &TypeSystem,
    mut values: Map<String, Json>,
) -> Result<Variables, TopLevelError> {
    let mut variables = Variables::with_capacity(operation.variables.len());
    for definition in &operation.variables {
        let value = match values.remove(definition.name.as_str()) {
            Some(value) => {
                Some(coerce_value(value, &definition.of_type, types).ok_or_else(|| invalid_variable(definition))?)
            }
            None => match &definition.default {
                Some(default) => Some(coerce_constant(default, &definition.of_type, types)),
                None if definition.of_type.nullable => None,
                None => return Err(invalid_variable(definition)),
            },
        };
        variables.extend(value.map(|value| (definition.name.clone(), value.into())));
    }
    Ok(variables)
}

fn invalid_variable(definition: &VariableDefinition) -> TopLevelError {
    let VariableDefinition { name, of_type, .. } = definition;
    let message = format!("The variable ${name} is missing, or its value is not of type {of_type}.");
    TopLevelError::new(Code::BadUserInput, message)
}

/// Coerces a JSON value; `None` if it is not a value of the type.
fn coerce_value(value: Json, of_type: &Type, types: &TypeSystem) -> Option<ConstValue> {
    if value.is_null() {
        return of_type.nullable.then_some(ConstValue::Null);
    }
    if let Some(item) = item_type(of_type) {
        let items = match value {
            Json::Array(items) => items,
            single => vec![single],
        };
        return items
            .into_iter()
            .map(|value| coerce_value(value, item, types))
            .collect::<Option<_>>()
            .map(ConstValue::List);
    }
    let definition = types.innermost(of_type)?;
    match (&definition.kind, value) {
        (TypeKind::InputObject(_), Json::Object(fields)) => coerce_object(fields, definition, types),
        (TypeKind::Enum(members), Json::String(name)) => {
            let member = members.values.iter().find(|member| member.node.value.node == *name)?;
            Some(ConstValue::Enum(member.node.value.node.clone()))
        }
        (TypeKind::Scalar, value) => coerce_scalar(value, definition.name.node.as_str()),
        _ => None,
    }
}

fn coerce_object(mut values: Map<String, Json>, definition: &TypeDefinition, types: &TypeSystem) -> Option<ConstValue> {
    let defined = input_fields_of(definition)?;
    if values.keys().any(|name| input_value(defined, name).is_none()) {
        return None;
    }
    if is_one_of(definition) && (values.len() != 1 || values.values().any(Json::is_null)) {
        return None;
    }
    let mut fields = IndexMap::with_capacity(values.len());
    for field in defined.iter().map(|field| &field.node) {
        let name = &field.name.node;
        match (values.remove(name.as_str()), &field.default_value) {
            (Some(value), _) => _ = fields.insert(name.clone(), coerce_value(value, &field.ty.node, types)?),
            (None, Some(default)) => _ = fields.insert(name.clone(), default.node.clone()),
            (None, None) if is_required(field) => return None,
            (None, None) => {}
        }
    }
    Some(ConstValue::Object(fields))
}

fn coerce_scalar(value: Json, name: &str) -> Option<ConstValue> {
    match (name, value) {
        ("Int", Json::Number(number)) => {
            let integer = i32::try_from(integer(&number)?).ok()?;
            Some(ConstValue::Number(integer.into()))
        }
        ("Float", Json::Number(number)) => Some(ConstValue::Number(number)),
        ("String" | "ID", Json::String(text)) => Some(ConstValue::String(text)),
        // Section 3.5.5: an ID may be an integer. One beyond 64 bits has lost digits when it was parsed.
        ("ID", Json::Number(number)) => {
            let text = number.as_u64().map(|number| number.to_string());
            text.or_else(|| integer(&number).map(|number| number.to_string())).map(ConstValue::String)
        }
        ("Boolean", Json::Bool(value)) => Some(ConstValue::Boolean(value)),
        ("Int" | "Float" | "String" | "ID" | "Boolean", _) => None,
        (_, value) => ConstValue::from_json(value).ok(),
    }
}

/// The integer value of a number: 1.0 is 1.
fn integer(number: &Number) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "an integer that a float represents exactly")]
    let from_float = |float: f64| (float.fract() == 0.0 && float.abs() < 9.0e15).then_some(float as i64);
    number.as_i64().or_else(|| from_float(number.as_f64()?))
}
