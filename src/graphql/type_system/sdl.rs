//! Reading a type system from its SDL.

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

/// The introspection types, scalars and directives of every schema (specification, sections 3.5, 3.13 and 4.2).
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// The fields that a gateway selects (Apollo Federation, subgraph specification), with `ENTITIES` in place of the names of
/// the entities.
const FEDERATION: &str = include_str!("federation.graphql");

/// The union of the entities.
pub(super) const ENTITY: &str = "_Entity";

/// What a schema has in addition if federation is on.
#[derive(Debug)]
pub(in crate::graphql) struct Subgraph {
    /// The SDL for gateways.
    pub(in crate::graphql) sdl: String,
    /// The names of the types that gateways can ask for by id.
    pub(in crate::graphql) entities: Vec<String>,
}

/// The type in `introspection.graphql` that holds the meta-fields `__schema`, `__type` and `__typename`.
const META_FIELDS: &str = "__Meta";

impl TypeSystem {
    /// Reads an SDL. With a subgraph, the query type also gets the fields for gateways.
    ///
    /// # Panics
    ///
    /// If the SDL is not valid. It is printed from the schema of this crate.
    pub(in crate::graphql) fn read(sdl: &str, subgraph: Option<Subgraph>) -> Self {
        let (mut types, mut directives) = (IndexMap::new(), Vec::new());
        let mut root_types =
            SchemaDefinition { extend: false, directives: vec![], query: None, mutation: None, subscription: None };
        let federation =
            subgraph.as_ref().map(|subgraph| FEDERATION.replace("ENTITIES", &subgraph.entities.join(" | ")));
        for text in [Some(sdl), federation.as_deref(), Some(INTROSPECTION)].into_iter().flatten() {
            for definition in parse_schema(text).expect("the SDL of this crate is valid").definitions {
                match definition {
                    TypeSystemDefinition::Schema(schema) => root_types = schema.node,
                    TypeSystemDefinition::Type(of_type) if of_type.node.extend => extend(&mut types, of_type.node),
                    TypeSystemDefinition::Type(of_type) => {
                        types.insert(of_type.node.name.node.clone(), of_type.node);
                    }
                    // The parser of async-graphql marks every directive as repeatable, and none of them is.
                    TypeSystemDefinition::Directive(directive) => {
                        directives.push(DirectiveDefinition { is_repeatable: false, ..directive.node });
                    }
                }
            }
        }
        let meta_fields = types.shift_remove(META_FIELDS).map(|meta| fields_of(&meta).to_vec()).unwrap_or_default();
        let possible_types = possible_types(&types);
        let subgraph_sdl = subgraph.map(|subgraph| subgraph.sdl);
        Self { types, directives, root_types, meta_fields, possible_types, subgraph_sdl }
    }
}

/// Adds the fields of an `extend type` to its type.
fn extend(types: &mut IndexMap<Name, TypeDefinition>, extension: TypeDefinition) {
    if let Some(TypeDefinition { kind: TypeKind::Object(object), .. }) = types.get_mut(&extension.name.node)
        && let TypeKind::Object(more) = extension.kind
    {
        object.fields.extend(more.fields);
    }
}

/// The possible types of each interface and union.
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
    use async_graphql::parser::types::OperationType;

    use super::*;

    #[test]
    fn types_of_the_schema_and_of_introspection_are_found() {
        let types = TypeSystem::read(include_str!("../../../schema.graphql"), None);
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
