//! Variables: unique names, input types, no unused definitions, and allowed usages (specification, section 5.8).

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name,
    parser::types::{BaseType, OperationType, Type},
};

use super::{References, Usage, Validator, arguments::Expected};
use crate::graphql::{
    language::syntax::{LiteralKind, Operation, VariableDefinition},
    type_system::{innermost_name, is_composite, is_input},
};

impl<'d> Validator<'d> {
    /// Checks the selection sets of all operations and fragments, then the variables of each operation against their
    /// usages in it and in the fragments that it spreads.
    pub(super) fn selections_and_variables(&mut self) {
        let (document, types) = (self.document, self.types);
        let mut of_fragments = HashMap::new();
        for fragment in &document.fragments {
            let mut references = References::default();
            self.directives(&fragment.directives, "FRAGMENT_DEFINITION", &mut references);
            let on = types.named(&fragment.on).filter(|of_type| is_composite(of_type));
            self.selections(&fragment.selections, on, &mut references);
            of_fragments.entry(&fragment.name).or_insert(references);
        }
        for operation in &document.operations {
            self.definitions(operation);
            let mut references = References::default();
            self.directives(&operation.directives, location_of(operation.kind), &mut references);
            self.selections(&operation.selections, types.root_type(operation.kind), &mut references);
            self.usages(operation, &references, &of_fragments);
        }
    }

    fn definitions(&mut self, operation: &'d Operation) {
        let (types, mut names) = (self.types, HashSet::new());
        for definition in &operation.variables {
            if !names.insert(&definition.name) {
                self.report(
                    definition.position,
                    format!("There can be only one variable named \"${}\".", definition.name),
                );
            }
            let of_type = &definition.of_type;
            let known = types.innermost(of_type);
            match known {
                None => self.report(definition.position, format!("Unknown type \"{}\".", innermost_name(of_type))),
                Some(known) if !is_input(known) => {
                    let message = format!("Variable \"${}\" cannot be non-input type \"{of_type}\".", definition.name);
                    self.report(definition.position, message);
                }
                Some(_) => {}
            }
            // Default values and the arguments of these directives are constants, without variables.
            let mut none = References::default();
            if let Some(default) = &definition.default {
                let expected = known.filter(|known| is_input(known)).map(|_| Expected::plain(of_type));
                self.value(default, expected, &mut none);
            }
            self.directives(&definition.directives, "VARIABLE_DEFINITION", &mut none);
        }
    }

    fn usages(
        &mut self,
        operation: &'d Operation,
        own: &References<'d>,
        of_fragments: &HashMap<&'d Name, References<'d>>,
    ) {
        let mut used = HashSet::new();
        let (mut seen, mut pending) = (HashSet::new(), vec![own]);
        while let Some(references) = pending.pop() {
            for usage in &references.variables {
                if self.is_full() {
                    return;
                }
                used.insert(usage.name);
                match operation.variables.iter().find(|definition| definition.name == *usage.name) {
                    None => self.report(usage.position, format!("Variable \"${}\" is not defined.", usage.name)),
                    Some(definition) => self.usage(usage, definition),
                }
            }
            let new = references.fragments.iter().filter(|name| seen.insert(**name));
            pending.extend(new.filter_map(|name| of_fragments.get(*name)));
        }
        for definition in operation.variables.iter().filter(|definition| !used.contains(&definition.name)) {
            self.report(definition.position, format!("Variable \"${}\" is never used.", definition.name));
        }
    }

    /// `IsVariableUsageAllowed()`: checks the type of a variable against a position (section 5.8.5).
    fn usage(&mut self, usage: &Usage<'d>, definition: &VariableDefinition) {
        let Some(expected) = usage.expected else { return };
        // An unknown type is reported at the definition.
        if self.types.innermost(&definition.of_type).is_none() {
            return;
        }
        let has_value = definition.default.as_ref().is_some_and(|default| default.kind != LiteralKind::Null);
        let may_be_absent = usage.has_default || has_value;
        let fits = if !expected.nullable && definition.of_type.nullable {
            may_be_absent && has_same_base(&definition.of_type.base, &expected.base)
        } else {
            is_subtype(&definition.of_type, expected)
        };
        if !fits {
            let (name, of_type) = (usage.name, &definition.of_type);
            let message =
                format!("Variable \"${name}\" of type \"{of_type}\" used in position expecting type \"{expected}\".");
            self.report(usage.position, message);
        }
    }
}

/// `AreTypesCompatible()`: whether every value of the first type is a value of the second.
fn is_subtype(one: &Type, other: &Type) -> bool {
    (!one.nullable || other.nullable) && has_same_base(&one.base, &other.base)
}

fn has_same_base(one: &BaseType, other: &BaseType) -> bool {
    match (one, other) {
        (BaseType::Named(one), BaseType::Named(other)) => one == other,
        (BaseType::List(one), BaseType::List(other)) => is_subtype(one, other),
        (BaseType::Named(_), BaseType::List(_)) | (BaseType::List(_), BaseType::Named(_)) => false,
    }
}

fn location_of(kind: OperationType) -> &'static str {
    match kind {
        OperationType::Query => "QUERY",
        OperationType::Mutation => "MUTATION",
        OperationType::Subscription => "SUBSCRIPTION",
    }
}
