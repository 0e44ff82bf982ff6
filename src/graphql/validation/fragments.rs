//! Fragments: their names, their types, and that each is used (specification, section 5.5).
//!
//! That none contains itself is checked by [`limits`](crate::graphql::execution::limits), which could not measure it otherwise.

use std::collections::HashSet;

use async_graphql::{Name, Pos};

use super::Validator;
use crate::graphql::{language::syntax::Selection, type_system::is_composite};

impl<'d> Validator<'d> {
    pub(super) fn fragments(&mut self) {
        let document = self.document;
        let mut names = HashSet::new();
        for fragment in &document.fragments {
            if !names.insert(&fragment.name) {
                self.report(fragment.position, format!("Two fragments have the name {}.", fragment.name));
            }
            self.type_condition(&fragment.on, fragment.position);
        }

        let mut used = HashSet::new();
        for operation in &document.operations {
            self.follow(&operation.selections, &mut used);
        }
        for fragment in &document.fragments {
            if !used.contains(&fragment.name) {
                self.report(fragment.position, format!("The fragment {} is never used.", fragment.name));
            }
        }
    }

    /// A fragment is on a type that exists and has selections.
    pub(super) fn type_condition(&mut self, on: &Name, position: Pos) {
        match self.types.named(on) {
            None => self.report(position, format!("There is no type {on}.")),
            Some(of_type) if !is_composite(of_type) => {
                self.report(position, format!("A fragment cannot be on {on}, which has no fields."));
            }
            Some(_) => {}
        }
    }

    /// Collects the fragments that are used from here on, directly or within others.
    fn follow(&self, selections: &'d [Selection], used: &mut HashSet<&'d Name>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.follow(&field.selections, used),
                Selection::Inline(inline) => self.follow(&inline.selections, used),
                Selection::Spread(spread) => {
                    if let Some(fragment) = self.fragment(&spread.name)
                        && used.insert(&fragment.name)
                    {
                        self.follow(&fragment.selections, used);
                    }
                }
            }
        }
    }
}
