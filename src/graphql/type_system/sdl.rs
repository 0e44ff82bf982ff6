//! Reading the types from an SDL.

use std::collections::HashMap;

use async_graphql::{
    Name,
    indexmap::IndexMap,
    parser::{
        parse_schema,
        types::{DirectiveDefinition, SchemaDefinition, TypeDefinition, TypeKind, TypeSystemDefinition},
    },
};

use super::{TypeSystem, definition::fields_of};

/// The types of introspection, the scalars and the directives that every schema has (specification, section 4.2).
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// What a gateway asks of a subgraph (Apollo Federation's subgraph specification).
const FEDERATION: &str = include_str!("federation.graphql");

/// The type in `introspection.graphql` that holds the fields which every query or selection set may have.
const META_FIELDS: &str = "__Meta";

impl TypeSystem {
    /// Reads an SDL. Where there is one for gateways, it has the fields that they ask for, too.
    ///
    /// # Panics
    ///
    /// When the SDL is not valid. It is our own, printed when the server starts.
    pub(in crate::graphql) fn read(sdl: &str, subgraph_sdl: Option<String>) -> Self {
        let (mut types, mut directives) = (IndexMap::new(), Vec::new());
        let mut roots =
            SchemaDefinition { extend: false, directives: vec![], query: None, mutation: None, subscription: None };
        let federation = if subgraph_sdl.is_some() { FEDERATION } else { "" };
        for text in [sdl, federation, INTROSPECTION].into_iter().filter(|text| !text.is_empty()) {
            for definition in parse_schema(text).expect("our own SDL can be read").definitions {
                match definition {
                    TypeSystemDefinition::Schema(schema) => roots = schema.node,
                    TypeSystemDefinition::Type(of_type) if of_type.node.extend => extend(&mut types, of_type.node),
                    TypeSystemDefinition::Type(of_type) => {
                        types.insert(of_type.node.name.node.clone(), of_type.node);
                    }
                    // The library's parser takes every directive for a repeatable one, and none of them is.
                    TypeSystemDefinition::Directive(directive) => {
                        directives.push(DirectiveDefinition { is_repeatable: false, ..directive.node });
                    }
                }
            }
        }
        let meta = types.shift_remove(META_FIELDS).map(|meta| fields_of(&meta).to_vec()).unwrap_or_default();
        let possible = possible_types(&types);
        Self { types, directives, roots, meta, possible, subgraph_sdl }
    }
}

fn extend(types: &mut IndexMap<Name, TypeDefinition>, extension: TypeDefinition) {
    if let Some(TypeDefinition { kind: TypeKind::Object(object), .. }) = types.get_mut(&extension.name.node)
        && let TypeKind::Object(more) = extension.kind
    {
        object.fields.extend(more.fields);
    }
}

fn possible_types(types: &IndexMap<Name, TypeDefinition>) -> HashMap<Name, Vec<Name>> {
    let implementing = |interface: &Name| {
        let implements = |of_type: &&TypeDefinition| matches!(&of_type.kind, TypeKind::Object(object) if object.implements.iter().any(|name| name.node == *interface));
        types.values().filter(implements).map(|of_type| of_type.name.node.clone()).collect()
    };
    let possible = |of_type: &TypeDefinition| match &of_type.kind {
        TypeKind::Interface(_) => Some(implementing(&of_type.name.node)),
        TypeKind::Union(union) => Some(union.members.iter().map(|member| member.node.clone()).collect()),
        _ => None,
    };
    types.iter().filter_map(|(name, of_type)| Some((name.clone(), possible(of_type)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_schema_and_of_introspection_are_found() {
        let types = TypeSystem::read(&crate::graphql::sdl(), None);
        let query = types.root_type(OperationType::Query).expect("a query type");
        assert!(types.field(query, "__schema").is_some() && types.field(query, "profile").is_some());
        let user = types.named("User").expect("a type");
        assert!(types.field(user, "__typename").is_some() && types.field(user, "__schema").is_none());
        let node = types.named("Node").expect("an interface");
        assert_eq!(types.possible_types(node), [Name::new("Session"), Name::new("User")]);
        assert!(types.overlaps(node, user) && !types.overlaps(query, user));
        assert!(types.named("__Meta").is_none() && types.named("__Type").is_some());
    }
}
