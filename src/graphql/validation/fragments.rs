//! Fragments: unique names, composite type conditions, and no unused definitions (specification, section 5.5).
//!
//! Cycles are rejected earlier, by [`limits`](crate::graphql::execution::limits), which must measure fragments.

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
                self.report(fragment.position, format!("There can be only one fragment named \"{}\".", fragment.name));
            }
            self.type_condition(&fragment.on, fragment.position);
        }

        let mut used = HashSet::new();
        for operation in &document.operations {
            self.collect_used(&operation.selections, &mut used);
        }
        for fragment in &document.fragments {
            if !used.contains(&fragment.name) {
                self.report(fragment.position, format!("Fragment \"{}\" is never used.", fragment.name));
            }
        }
    }

    /// Checks that a type condition names a composite type.
    pub(super) fn type_condition(&mut self, on: &Name, position: Pos) {
        match self.types.named(on) {
            None => self.report(position, format!("Unknown type \"{on}\".")),
            Some(of_type) if !is_composite(of_type) => {
                self.report(position, format!("Fragment cannot condition on non composite type \"{on}\"."));
            }
            Some(_) => {}
        }
    }

    /// Collects the fragments that these selections spread, directly or through other fragments.
    fn collect_used(&self, selections: &'d [Selection], used: &mut HashSet<&'d Name>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => self.collect_used(&field.selections, used),
                Selection::Inline(inline) => self.collect_used(&inline.selections, used),
                Selection::Spread(spread) => {
                    if let Some(fragment) = self.fragment(&spread.name)
                        && used.insert(&fragment.name)
                    {
                        self.collect_used(&fragment.selections, used);
                    }
                }
            }
        }
    }
}
