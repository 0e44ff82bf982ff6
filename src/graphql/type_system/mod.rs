//! The types of the schema by name, as its SDL defines them: what documents are validated against and planned for.
//!
//! async-graphql keeps its own registry private, so the types are read from the SDL that clients are generated from.
//! The types of introspection, which no SDL names, are in `introspection.graphql`.

mod definition;
mod sdl;

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::types::{DirectiveDefinition, FieldDefinition, OperationType, SchemaDefinition, Type, TypeDefinition},
};

pub(super) use definition::{
    fields_of, innermost_name, input_fields_of, input_value, is_composite, is_input, is_one_of, is_required, item_type,
};

/// Every type and directive of a schema.
#[derive(Debug)]
pub(super) struct TypeSystem {
    types: IndexMap<Name, TypeDefinition>,
    directives: Vec<DirectiveDefinition>,
    roots: SchemaDefinition,
    meta: Vec<Positioned<FieldDefinition>>,
    /// The object types that an interface or a union may turn out to be.
    possible: HashMap<Name, Vec<Name>>,
    /// The SDL that gateways get, if they are served.
    subgraph_sdl: Option<String>,
}

impl TypeSystem {
    /// The SDL that gateways get, if they are served.
    pub(super) fn subgraph_sdl(&self) -> Option<&str> {
        self.subgraph_sdl.as_deref()
    }

    /// The type of this name.
    pub(super) fn named(&self, name: &str) -> Option<&TypeDefinition> {
        self.types.get(name)
    }

    /// The type at the innermost place of a type reference.
    pub(super) fn innermost(&self, of_type: &Type) -> Option<&TypeDefinition> {
        self.named(innermost_name(of_type))
    }

    /// All types, in the order of the SDL.
    pub(super) fn types(&self) -> impl Iterator<Item = &TypeDefinition> {
        self.types.values()
    }

    /// The directives that a document may use, and those of the schema.
    pub(super) fn directives(&self) -> &[DirectiveDefinition] {
        &self.directives
    }

    /// The directive of this name.
    pub(super) fn directive(&self, name: &str) -> Option<&DirectiveDefinition> {
        self.directives.iter().find(|directive| directive.name.node == name)
    }

    /// The type that an operation of this kind selects from.
    pub(super) fn root_type(&self, kind: OperationType) -> Option<&TypeDefinition> {
        let name = match kind {
            OperationType::Query => &self.roots.query,
            OperationType::Mutation => &self.roots.mutation,
            OperationType::Subscription => &self.roots.subscription,
        };
        self.named(&name.as_ref()?.node)
    }

    /// The field of this name: one of the type, `__typename`, or an introspection field of the query type.
    pub(super) fn field<'s>(&'s self, parent: &'s TypeDefinition, name: &str) -> Option<&'s FieldDefinition> {
        let is_root = || self.roots.query.as_ref().is_some_and(|query| query.node == parent.name.node);
        let fields = match name {
            "__typename" if is_composite(parent) => &self.meta,
            "__schema" | "__type" if is_root() => &self.meta,
            _ => fields_of(parent),
        };
        fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// The object types that a type may turn out to be: the members of a union, what implements an interface, or itself.
    pub(super) fn possible_types<'s>(&'s self, of_type: &'s TypeDefinition) -> &'s [Name] {
        self.possible.get(&of_type.name.node).map_or(std::slice::from_ref(&of_type.name.node), Vec::as_slice)
    }

    /// Whether something can be of both types.
    pub(super) fn overlaps(&self, one: &TypeDefinition, two: &TypeDefinition) -> bool {
        let two = self.possible_types(two);
        self.possible_types(one).iter().any(|name| two.contains(name))
    }
}
