//! Values: each literal has the type that its position expects (specification, section 5.6).

use std::collections::HashSet;

use async_graphql::{
    Pos,
    parser::types::{Type, TypeDefinition, TypeKind},
};

use super::{References, Usage, Validator, arguments::Expected};
use crate::graphql::{
    language::syntax::{Argument, Literal, LiteralKind},
    type_system::{innermost_name, input_fields_of, input_value, is_one_of, is_required, item_type},
};

impl<'d> Validator<'d> {
    /// Checks a value and the values in it, and collects its variables. If the expected type is unknown, only the rules
    /// that need no type are checked.
    pub(super) fn value(
        &mut self,
        literal: &'d Literal,
        expected: Option<Expected<'d>>,
        references: &mut References<'d>,
    ) {
        let of_type = expected.map(|expected| expected.of_type);
        match &literal.kind {
            LiteralKind::Variable(name) => references.variables.push(Usage {
                name,
                position: literal.position,
                expected: of_type,
                has_default: expected.is_some_and(|expected| expected.has_default),
            }),
            LiteralKind::List(items) => {
                let item = of_type.and_then(item_type);
                if let (Some(of_type), None) = (of_type, item)
                    && !self.is_custom_scalar(of_type)
                {
                    return self.wrong_type(literal.position, of_type);
                }
                for value in items {
                    self.value(value, item.map(Expected::plain), references);
                }
            }
            LiteralKind::Object(fields) => self.object(literal.position, fields, of_type, references),
            LiteralKind::Null => {
                if let Some(of_type) = of_type.filter(|of_type| !of_type.nullable) {
                    self.wrong_type(literal.position, of_type);
                }
            }
            scalar => {
                let Some(of_type) = of_type else { return };
                if self.types.innermost(of_type).is_none_or(|definition| !fits(scalar, definition)) {
                    self.wrong_type(literal.position, of_type);
                }
            }
        }
    }

    fn object(
        &mut self,
        position: Pos,
        given: &'d [Argument],
        of_type: Option<&'d Type>,
        references: &mut References<'d>,
    ) {
        let types = self.types;
        let definition = of_type.and_then(|of_type| types.innermost(of_type));
        let defined = definition.and_then(input_fields_of);
        if let (Some(of_type), None) = (of_type, defined)
            && !self.is_custom_scalar(of_type)
        {
            return self.wrong_type(position, of_type);
        }
        let mut names = HashSet::new();
        for field in given {
            if !names.insert(&field.name) {
                self.report(field.position, format!("There can be only one input field named \"{}\".", field.name));
            }
            let field_definition = defined.and_then(|defined| input_value(defined, &field.name));
            if let (Some(_), None, Some(of_type)) = (defined, field_definition, of_type) {
                let of_type = innermost_name(of_type);
                self.report(field.position, format!("Field \"{}\" is not defined by type \"{of_type}\".", field.name));
            }
            self.value(&field.value, field_definition.map(Expected::of), references);
        }
        for missing in defined.unwrap_or_default().iter().map(|field| &field.node) {
            if is_required(missing) && !names.contains(&missing.name.node) {
                self.report(position, format!("Field \"{}\" is required, but it was not provided.", missing.name.node));
            }
        }
        if definition.is_some_and(is_one_of) && (given.len() != 1 || given[0].value.kind == LiteralKind::Null) {
            self.report(position, "Exactly one field must be given for a OneOf type, and it must not be null.");
        }
    }

    /// Whether the type is a custom scalar, which accepts any literal: its resolver checks the value.
    fn is_custom_scalar(&self, of_type: &Type) -> bool {
        let definition = self.types.innermost(of_type);
        let is_scalar = definition.is_some_and(|definition| matches!(definition.kind, TypeKind::Scalar));
        is_scalar && !BUILT_IN.contains(&innermost_name(of_type).as_str())
    }

    fn wrong_type(&mut self, position: Pos, of_type: &Type) {
        self.report(position, format!("Expected value of type \"{of_type}\"."));
    }
}

const BUILT_IN: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];

/// Whether a scalar or enum literal is a value of this type.
fn fits(literal: &LiteralKind, definition: &TypeDefinition) -> bool {
    match (&definition.kind, literal) {
        (TypeKind::Enum(members), LiteralKind::Enum(name)) => {
            members.values.iter().any(|member| member.node.value.node == *name)
        }
        (TypeKind::Scalar, literal) => match definition.name.node.as_str() {
            "Int" => matches!(literal, LiteralKind::Int(digits) if digits.parse::<i32>().is_ok()),
            "Float" => match literal {
                LiteralKind::Int(digits) | LiteralKind::Float(digits) => digits.parse().is_ok_and(f64::is_finite),
                _ => false,
            },
            "String" => matches!(literal, LiteralKind::String(_) | LiteralKind::BlockString(_)),
            "Boolean" => matches!(literal, LiteralKind::Boolean(_)),
            "ID" => {
                matches!(literal, LiteralKind::String(_) | LiteralKind::BlockString(_) | LiteralKind::Int(_))
            }
            _ => true,
        },
        _ => false,
    }
}
