//! Operations (specification, section 5.2).

use std::collections::HashSet;

use async_graphql::parser::types::OperationType;

use super::Validator;
use crate::graphql::language::syntax::{Directive, Operation, Selection};

impl<'d> Validator<'d> {
    pub(super) fn operations(&mut self) {
        let (document, mut names) = (self.document, HashSet::new());
        for operation in &document.operations {
            match &operation.name {
                Some(name) if !names.insert(name) => {
                    self.report(operation.position, format!("Two operations have the name {name}."));
                }
                None if document.operations.len() > 1 => {
                    self.report(operation.position, "An operation without a name must be the only one.");
                }
                Some(_) | None => {}
            }
            if self.types.root_type(operation.kind).is_none() {
                self.report(operation.position, format!("The schema has no {}.", operation.kind));
            }
            if operation.kind == OperationType::Subscription {
                self.subscription(operation);
            }
        }
    }

    /// A subscription has one root field, which is none of introspection and always selected (section 5.2.4.1).
    fn subscription(&mut self, operation: &'d Operation) {
        let mut roots = RootSelections::default();
        self.roots(&operation.selections, &mut roots);
        if roots.keys.len() > 1 {
            self.report(operation.position, "A subscription must select exactly one field.");
        }
        if roots.introspection {
            self.report(operation.position, "A subscription must not select an introspection field.");
        }
        if roots.conditional {
            self.report(operation.position, "The field of a subscription must not have `@skip` or `@include`.");
        }
    }

    fn roots(&self, selections: &'d [Selection], roots: &mut RootSelections<'d>) {
        for selection in selections {
            roots.conditional |= directives_of(selection).iter().any(is_conditional);
            match selection {
                Selection::Field(field) => {
                    roots.introspection |= field.name.starts_with("__");
                    roots.keys.insert(field.response_name().as_str());
                }
                Selection::Inline(inline) => self.roots(&inline.selections, roots),
                Selection::Spread(spread) => {
                    if roots.fragments.insert(spread.name.as_str())
                        && let Some(fragment) = self.document.fragment(&spread.name)
                    {
                        self.roots(&fragment.selections, roots);
                    }
                }
            }
        }
    }
}

/// What a subscription selects at its root.
#[derive(Default)]
struct RootSelections<'s> {
    keys: HashSet<&'s str>,
    fragments: HashSet<&'s str>,
    introspection: bool,
    conditional: bool,
}

fn directives_of(selection: &Selection) -> &[Directive] {
    match selection {
        Selection::Field(field) => &field.directives,
        Selection::Inline(inline) => &inline.directives,
        Selection::Spread(spread) => &spread.directives,
    }
}

fn is_conditional(directive: &Directive) -> bool {
    directive.name == "skip" || directive.name == "include"
}
