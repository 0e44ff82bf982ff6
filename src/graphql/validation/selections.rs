//! Selection sets: fields exist on their parent type, only composite types have subfields, and fragments can apply
//! (specification, sections 5.3 and 5.5.2).

use async_graphql::parser::types::{FieldDefinition, TypeDefinition};

use super::{References, Validator};
use crate::graphql::{
    language::syntax::{Field, Selection},
    type_system::is_composite,
};

impl<'d> Validator<'d> {
    /// Checks a selection set. If its parent type is unknown, only the rules that need no type are checked.
    pub(super) fn selections(
        &mut self,
        selections: &'d [Selection],
        parent: Option<&'d TypeDefinition>,
        references: &mut References<'d>,
    ) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.field(field, parent, references),
                Selection::Inline(inline) => {
                    self.directives(&inline.directives, "INLINE_FRAGMENT", references);
                    let mut inner = parent;
                    if let Some(on) = &inline.on {
                        self.type_condition(on, inline.position);
                        inner = self.types.named(on).filter(|of_type| is_composite(of_type));
                        self.spread_is_possible(inner, parent, inline.position);
                    }
                    self.selections(&inline.selections, inner, references);
                }
                Selection::Spread(spread) => {
                    self.directives(&spread.directives, "FRAGMENT_SPREAD", references);
                    match self.fragment(&spread.name) {
                        None => self.report(spread.position, format!("Unknown fragment \"{}\".", spread.name)),
                        Some(fragment) => {
                            references.fragments.push(&fragment.name);
                            self.spread_is_possible(self.types.named(&fragment.on), parent, spread.position);
                        }
                    }
                }
            }
        }
    }

    /// Checks that some possible type of the parent is also one of the type condition (section 5.5.2.3).
    fn spread_is_possible(
        &mut self,
        on: Option<&TypeDefinition>,
        parent: Option<&TypeDefinition>,
        position: async_graphql::Pos,
    ) {
        let (Some(on), Some(parent)) = (on, parent) else { return };
        if is_composite(on) && !self.types.overlaps(on, parent) {
            let (on, parent) = (&on.name.node, &parent.name.node);
            let message = format!(
                "Fragment cannot be spread here as objects of type \"{parent}\" can never be of type \"{on}\"."
            );
            self.report(position, message);
        }
    }

    fn field(&mut self, field: &'d Field, parent: Option<&'d TypeDefinition>, references: &mut References<'d>) {
        let types = self.types;
        let definition = parent.and_then(|parent| types.field(parent, &field.name));
        if let (Some(parent), None) = (parent, definition) {
            let message = format!("Cannot query field \"{}\" on type \"{}\".", field.name, parent.name.node);
            self.report(field.position, message);
        }
        self.directives(&field.directives, "FIELD", references);
        let arguments = definition.map(|definition| definition.arguments.as_slice());
        self.arguments(&field.arguments, arguments, (field.position, &field.name), references);
        let of_type = definition.and_then(|definition| self.composite_type(field, definition));
        self.selections(&field.selections, of_type, references);
    }

    /// The type of a field if it is composite. Checks that the field has subfields exactly then (section 5.3.3).
    fn composite_type(&mut self, field: &Field, definition: &'d FieldDefinition) -> Option<&'d TypeDefinition> {
        let of_type = self.types.innermost(&definition.ty.node)?;
        match (is_composite(of_type), field.selections.is_empty()) {
            (true, true) => {
                self.report(field.position, format!("Field \"{}\" must have a selection of subfields.", field.name));
            }
            (false, false) => {
                self.report(
                    field.position,
                    format!("Field \"{}\" must not have a selection of subfields.", field.name),
                );
            }
            _ => {}
        }
        is_composite(of_type).then_some(of_type)
    }
}
