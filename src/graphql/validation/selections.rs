//! Fields and the fragments among them: each exists on its type, and has selections where its type has fields
//! (specification, sections 5.3 and 5.5.2).

use async_graphql::parser::types::{FieldDefinition, TypeDefinition};

use super::{References, Validator};
use crate::graphql::{
    language::syntax::{Field, Selection},
    type_system::is_composite,
};

impl<'d> Validator<'d> {
    /// Walks through selections of this type. Where the type is not known, only what needs no type is checked.
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
                        None => self.report(spread.position, format!("There is no fragment {}.", spread.name)),
                        Some(fragment) => {
                            references.fragments.push(&fragment.name);
                            self.spread_is_possible(self.types.named(&fragment.on), parent, spread.position);
                        }
                    }
                }
            }
        }
    }

    /// Some object of the parent type has the type of the fragment, too (section 5.5.2.3).
    fn spread_is_possible(
        &mut self,
        on: Option<&TypeDefinition>,
        parent: Option<&TypeDefinition>,
        position: async_graphql::Pos,
    ) {
        let (Some(on), Some(parent)) = (on, parent) else { return };
        if is_composite(on) && !self.types.overlaps(on, parent) {
            let (on, parent) = (&on.name.node, &parent.name.node);
            self.report(position, format!("A fragment on {on} never applies to {parent}."));
        }
    }

    fn field(&mut self, field: &'d Field, parent: Option<&'d TypeDefinition>, references: &mut References<'d>) {
        let types = self.types;
        let definition = parent.and_then(|parent| types.field(parent, &field.name));
        if let (Some(parent), None) = (parent, definition) {
            self.report(field.position, format!("There is no field {} on {}.", field.name, parent.name.node));
        }
        self.directives(&field.directives, "FIELD", references);
        let arguments = definition.map(|definition| definition.arguments.as_slice());
        self.arguments(&field.arguments, arguments, (field.position, &field.name), references);
        let of_type = definition.and_then(|definition| self.composite_type(field, definition));
        self.selections(&field.selections, of_type, references);
    }

    /// The type of a field, if it has fields of its own. A field has selections exactly then (section 5.3.3).
    fn composite_type(&mut self, field: &Field, definition: &'d FieldDefinition) -> Option<&'d TypeDefinition> {
        let of_type = self.types.innermost(&definition.ty.node)?;
        match (is_composite(of_type), field.selections.is_empty()) {
            (true, true) => {
                self.report(field.position, format!("The field {} must have a selection of subfields.", field.name));
            }
            (false, false) => {
                self.report(field.position, format!("The field {} cannot have a selection of subfields.", field.name));
            }
            _ => {}
        }
        is_composite(of_type).then_some(of_type)
    }
}
