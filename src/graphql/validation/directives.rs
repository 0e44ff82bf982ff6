//! Directives: they are defined, in a valid location, and unique per location (specification, section 5.7).

use std::collections::HashSet;

use async_graphql::parser::types::DirectiveLocation;

use super::{References, Validator};
use crate::graphql::language::syntax::Directive;

impl<'d> Validator<'d> {
    /// Checks the directives of one location, which has the name that the specification gives it.
    pub(super) fn directives(
        &mut self,
        directives: &'d [Directive],
        location: &'static str,
        references: &mut References<'d>,
    ) {
        let (types, mut names) = (self.types, HashSet::new());
        for directive in directives {
            let (position, name) = (directive.position, &directive.name);
            let definition = types.directive(name);
            match definition {
                None => self.report(position, format!("Unknown directive \"@{name}\".")),
                Some(definition)
                    if !definition.locations.iter().any(|allowed| location_name(allowed.node) == location) =>
                {
                    self.report(position, format!("Directive \"@{name}\" may not be used on {location}."));
                }
                Some(definition) if !definition.is_repeatable && !names.insert(name) => {
                    self.report(position, format!("The directive \"@{name}\" can only be used once at this location."));
                }
                Some(_) => {}
            }
            let arguments = definition.map(|definition| definition.arguments.as_slice());
            self.arguments(&directive.arguments, arguments, (position, name), references);
        }
    }
}

/// The name of a location in the specification and in introspection.
pub(in crate::graphql) fn location_name(location: DirectiveLocation) -> &'static str {
    match location {
        DirectiveLocation::Query => "QUERY",
        DirectiveLocation::Mutation => "MUTATION",
        DirectiveLocation::Subscription => "SUBSCRIPTION",
        DirectiveLocation::Field => "FIELD",
        DirectiveLocation::FragmentDefinition => "FRAGMENT_DEFINITION",
        DirectiveLocation::FragmentSpread => "FRAGMENT_SPREAD",
        DirectiveLocation::InlineFragment => "INLINE_FRAGMENT",
        DirectiveLocation::Schema => "SCHEMA",
        DirectiveLocation::Scalar => "SCALAR",
        DirectiveLocation::Object => "OBJECT",
        DirectiveLocation::FieldDefinition => "FIELD_DEFINITION",
        DirectiveLocation::ArgumentDefinition => "ARGUMENT_DEFINITION",
        DirectiveLocation::Interface => "INTERFACE",
        DirectiveLocation::Union => "UNION",
        DirectiveLocation::Enum => "ENUM",
        DirectiveLocation::EnumValue => "ENUM_VALUE",
        DirectiveLocation::InputObject => "INPUT_OBJECT",
        DirectiveLocation::InputFieldDefinition => "INPUT_FIELD_DEFINITION",
        DirectiveLocation::VariableDefinition => "VARIABLE_DEFINITION",
    }
}
