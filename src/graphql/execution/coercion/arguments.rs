//! Coercing argument values, once the variables are known (specification, section 6.4.1).

use std::cell::Cell;

use async_graphql::{
    Name, Number, Value as ConstValue,
    indexmap::IndexMap,
    parser::types::{Type, TypeDefinition},
};

use super::variables::{Variable, Variables};
use crate::graphql::{
    error::{Code, TopLevelError},
    language::syntax::{Argument, Field, Literal, LiteralKind},
    type_system::{TypeSystem, input_fields_of, input_value, item_type},
};

/// The maximum size of the variable values that are copied into arguments, in bytes. It allows four copies of a
/// variable that is as large as a request.
const MAX_COPIED: usize = 256 * 1024;

/// Coerces the arguments of fields with the variables of one request.
pub(in crate::graphql::execution) struct ArgumentCoercion<'d> {
    types: &'d TypeSystem,
    variables: &'d Variables,
    /// The bytes of variable values that were copied into arguments.
    copied: Cell<usize>,
}

/// A non-null argument is null.
pub(in crate::graphql::execution) struct NullArgument;

/// The coerced argument values of a field.
pub(in crate::graphql::execution) type Arguments = Vec<(Name, ConstValue)>;

impl<'d> ArgumentCoercion<'d> {
    pub(in crate::graphql::execution) fn new(types: &'d TypeSystem, variables: &'d Variables) -> Self {
        Self { types, variables, copied: Cell::new(0) }
    }

    /// Checks that the copies of variable values were within their limit. Beyond it, they are null.
    pub(in crate::graphql::execution) fn check(&self) -> Result<(), TopLevelError> {
        if self.copied.get() <= MAX_COPIED {
            return Ok(());
        }
        let message = format!("The variables of a request may be used for at most {MAX_COPIED} bytes of arguments.");
        Err(TopLevelError::new(Code::QueryTooComplex, message))
    }

    /// `CoerceArgumentValues()`. An argument whose variable has no value is left out, so that its default applies.
    pub(in crate::graphql::execution) fn coerce(
        &self,
        parent: &TypeDefinition,
        field: &Field,
    ) -> Result<Arguments, NullArgument> {
        if field.arguments.is_empty() {
            return Ok(Arguments::new());
        }
        let definition = self.types.field(parent, &field.name);
        let mut arguments = Arguments::with_capacity(field.arguments.len());
        for Argument { name, value, .. } in &field.arguments {
            let expected = definition.and_then(|definition| input_value(&definition.arguments, name));
            let value = self.value(value, expected.map(|expected| &expected.ty.node))?;
            arguments.extend(value.map(|value| (name.clone(), value)));
        }
        Ok(arguments)
    }

    fn copy(&self, variable: &Variable) -> ConstValue {
        self.copied.set(self.copied.get() + variable.size);
        if self.copied.get() > MAX_COPIED { ConstValue::Null } else { variable.value.clone() }
    }

    /// The coerced value of a literal; `None` for a variable without a value.
    fn value(&self, literal: &Literal, of_type: Option<&Type>) -> Result<Option<ConstValue>, NullArgument> {
        let value = match &literal.kind {
            LiteralKind::Variable(name) => match self.variables.get(name) {
                Some(variable) => self.copy(variable),
                None => return Ok(None),
            },
            LiteralKind::List(items) => {
                let item = of_type.and_then(item_type);
                // An item whose variable has no value is null.
                let items = items.iter().map(|value| self.value(value, item).map(Option::unwrap_or_default));
                let items: Vec<ConstValue> = items.collect::<Result<_, _>>()?;
                if item.is_some_and(|item| !item.nullable) && items.contains(&ConstValue::Null) {
                    return Err(NullArgument);
                }
                ConstValue::List(items)
            }
            LiteralKind::Object(fields) => {
                let definition = of_type.and_then(|of_type| self.types.innermost(of_type));
                let defined = definition.and_then(input_fields_of).unwrap_or_default();
                let mut object = IndexMap::with_capacity(fields.len());
                for field in fields {
                    let expected = input_value(defined, &field.name).map(|expected| &expected.ty.node);
                    object.extend(self.value(&field.value, expected)?.map(|value| (field.name.clone(), value)));
                }
                ConstValue::Object(object)
            }
            scalar => scalar_value(scalar, of_type, self.types),
        };
        match (value, of_type) {
            (ConstValue::Null, Some(of_type)) if !of_type.nullable => Err(NullArgument),
            (value, Some(of_type)) => Ok(Some(coerce_to_list(value, of_type))),
            (value, None) => Ok(Some(value)),
        }
    }
}

/// Coerces a literal without variables.
pub(super) fn coerce_constant(literal: &Literal, of_type: &Type, types: &TypeSystem) -> ConstValue {
    let variables = Variables::new();
    let coercion = ArgumentCoercion::new(types, &variables);
    coercion.value(literal, Some(of_type)).ok().flatten().unwrap_or_default()
}

/// Wraps a single value in a list if its type is a list (section 3.11).
fn coerce_to_list(value: ConstValue, of_type: &Type) -> ConstValue {
    match (item_type(of_type), value) {
        (Some(_), value @ (ConstValue::List(_) | ConstValue::Null)) | (None, value) => value,
        (Some(item), value) => ConstValue::List(vec![coerce_to_list(value, item)]),
    }
}

/// The value of a scalar or enum literal.
fn scalar_value(literal: &LiteralKind, of_type: Option<&Type>, types: &TypeSystem) -> ConstValue {
    let is_id = || of_type.and_then(|of_type| types.innermost(of_type)).is_some_and(|of| of.name.node == "ID");
    match literal {
        // An ID may be an integer with any number of digits.
        LiteralKind::Int(digits) if is_id() => ConstValue::String(digits.clone()),
        LiteralKind::Int(digits) | LiteralKind::Float(digits) => number(digits),
        LiteralKind::String(text) | LiteralKind::BlockString(text) => ConstValue::String(text.clone()),
        LiteralKind::Boolean(value) => ConstValue::Boolean(*value),
        LiteralKind::Enum(name) => ConstValue::Enum(name.clone()),
        LiteralKind::Null | LiteralKind::Variable(_) | LiteralKind::List(_) | LiteralKind::Object(_) => {
            ConstValue::Null
        }
    }
}

fn number(digits: &str) -> ConstValue {
    let whole = digits.parse::<i64>().ok().map(Number::from);
    let number = whole.or_else(|| Number::from_f64(digits.parse().ok()?));
    number.map_or(ConstValue::Null, ConstValue::Number)
}
