//! Arguments of fields and directives: they are defined, unique, and given if required (specification, section 5.4).

use std::collections::HashSet;

use async_graphql::{
    Name, Pos, Positioned,
    parser::types::{InputValueDefinition, Type},
};

use super::{References, Validator};
use crate::graphql::{
    language::syntax::Argument,
    type_system::{input_value, is_required},
};

impl<'d> Validator<'d> {
    /// Checks the arguments of a field or directive. `defined` is `None` if the field or directive is unknown.
    pub(super) fn arguments(
        &mut self,
        given: &'d [Argument],
        defined: Option<&'d [Positioned<InputValueDefinition>]>,
        (position, of): (Pos, &Name),
        references: &mut References<'d>,
    ) {
        let mut names = HashSet::new();
        for argument in given {
            if !names.insert(&argument.name) {
                self.report(argument.position, format!("There can be only one argument named \"{}\".", argument.name));
            }
            let definition = defined.and_then(|defined| input_value(defined, &argument.name));
            if let (Some(_), None) = (defined, definition) {
                self.report(argument.position, format!("Unknown argument \"{}\" on \"{of}\".", argument.name));
            }
            let expected = definition.map(Expected::of);
            self.value(&argument.value, expected, references);
        }
        for definition in defined.unwrap_or_default() {
            let definition = &definition.node;
            if is_required(definition) && !names.contains(&definition.name.node) {
                let (name, of_type) = (&definition.name.node, &definition.ty.node);
                self.report(
                    position,
                    format!(
                        "Argument \"{name}\" of type \"{of_type}\" is required on \"{of}\", but it was not provided."
                    ),
                );
            }
        }
    }
}

/// What the position of a value expects.
#[derive(Clone, Copy)]
pub(super) struct Expected<'d> {
    pub(super) of_type: &'d Type,
    /// Whether a default applies if a variable has no value.
    pub(super) has_default: bool,
}

impl<'d> Expected<'d> {
    pub(super) fn of(definition: &'d InputValueDefinition) -> Self {
        Self { of_type: &definition.ty.node, has_default: definition.default_value.is_some() }
    }

    /// A type without a default.
    pub(super) fn plain(of_type: &'d Type) -> Self {
        Self { of_type, has_default: false }
    }
}
