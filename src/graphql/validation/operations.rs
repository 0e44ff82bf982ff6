//! Operations: unique names, a lone anonymous operation, and one root field per subscription (specification, section
//! 5.2).

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
                    self.report(operation.position, format!("There can be only one operation named \"{name}\"."));
                }
                None if document.operations.len() > 1 => {
                    self.report(operation.position, "This anonymous operation must be the only defined operation.");
                }
                Some(_) | None => {}
            }
            if self.types.root_type(operation.kind).is_none() {
                self.report(
                    operation.position,
                    format!("The {} operation is not supported by the schema.", operation.kind),
                );
            }
            if operation.kind == OperationType::Subscription {
                self.subscription(operation);
            }
        }
    }

    /// Checks that a subscription has one root field, which is neither a meta-field nor conditional (section 5.2.4.1).
    fn subscription(&mut self, operation: &'d Operation) {
        let mut found = RootSelections::default();
        self.root_selections(&operation.selections, &mut found);
        if found.response_names.len() > 1 {
            self.report(operation.position, "A subscription must select only one top level field.");
        }
        if found.introspection {
            self.report(operation.position, "A subscription must not select an introspection top level field.");
        }
        if found.conditional {
            self.report(
                operation.position,
                "A subscription must not use `@skip` or `@include` directives in the top level selection.",
            );
        }
    }

    fn root_selections(&self, selections: &'d [Selection], found: &mut RootSelections<'d>) {
        for selection in selections {
            found.conditional |= directives_of(selection).iter().any(is_conditional);
            match selection {
                Selection::Field(field) => {
                    found.introspection |= field.name.starts_with("__");
                    found.response_names.insert(field.response_name().as_str());
                }
                Selection::Inline(inline) => self.root_selections(&inline.selections, found),
                Selection::Spread(spread) => {
                    if found.fragments.insert(spread.name.as_str())
                        && let Some(fragment) = self.document.fragment(&spread.name)
                    {
                        self.root_selections(&fragment.selections, found);
                    }
                }
            }
        }
    }
}

/// The selections at the root of a subscription.
#[derive(Default)]
struct RootSelections<'s> {
    response_names: HashSet<&'s str>,
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
