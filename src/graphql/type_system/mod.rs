//! The type system (specification, section 3): the types and directives of the schema, by name.
//!
//! Documents are validated against it, and their execution is planned with it. It knows the schema only: no document,
//! no value, no user. async-graphql keeps its registry private, so the types are read from the same SDL that clients
//! are generated from. The introspection types, which no SDL contains, are in `introspection.graphql`; the fields for
//! gateways are in `federation.graphql`.
//!
//! ```text
//! let types = TypeSystem::read(&sdl(), None);
//! let query = types.root_type(OperationType::Query).expect("a query type");
//! assert!(types.field(query, "profile").is_some());
//! ```
//!
//! Lookups by name are methods of [`TypeSystem`]. A property of one definition alone is a function in `definition`.

mod definition;
mod sdl;

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::types::{DirectiveDefinition, FieldDefinition, OperationType, SchemaDefinition, Type, TypeDefinition},
};

pub(super) use {
    definition::{
        fields_of, innermost_name, input_fields_of, input_value, is_composite, is_input, is_one_of, is_required,
        item_type,
    },
    sdl::Subgraph,
};

/// The types and directives of a schema.
#[derive(Debug)]
pub(super) struct TypeSystem {
    types: IndexMap<Name, TypeDefinition>,
    directives: Vec<DirectiveDefinition>,
    root_types: SchemaDefinition,
    /// `__schema`, `__type` and `__typename`.
    meta_fields: Vec<Positioned<FieldDefinition>>,
    /// The possible types of each interface and union.
    possible_types: HashMap<Name, Vec<Name>>,
    /// The SDL for gateways, if federation is on.
    subgraph_sdl: Option<String>,
}

impl TypeSystem {
    /// The SDL for gateways, if federation is on.
    pub(super) fn subgraph_sdl(&self) -> Option<&str> {
        self.subgraph_sdl.as_deref()
    }

    /// The types that gateways can ask for by id, if federation is on.
    pub(super) fn entities(&self) -> &[Name] {
        self.possible_types.get(sdl::ENTITY).map_or(&[], Vec::as_slice)
    }

    /// The type with this name.
    pub(super) fn named(&self, name: &str) -> Option<&TypeDefinition> {
        self.types.get(name)
    }

    /// The named type that a type reference contains, without its lists and non-null markers.
    pub(super) fn innermost(&self, of_type: &Type) -> Option<&TypeDefinition> {
        self.named(innermost_name(of_type))
    }

    /// All types, in the order of the SDL.
    pub(super) fn types(&self) -> impl Iterator<Item = &TypeDefinition> {
        self.types.values()
    }

    /// All directives: those for documents and those for schemas.
    pub(super) fn directives(&self) -> &[DirectiveDefinition] {
        &self.directives
    }

    /// The directive with this name.
    pub(super) fn directive(&self, name: &str) -> Option<&DirectiveDefinition> {
        self.directives.iter().find(|directive| directive.name.node == name)
    }

    /// The root operation type of this kind.
    pub(super) fn root_type(&self, kind: OperationType) -> Option<&TypeDefinition> {
        let name = match kind {
            OperationType::Query => &self.root_types.query,
            OperationType::Mutation => &self.root_types.mutation,
            OperationType::Subscription => &self.root_types.subscription,
        };
        self.named(&name.as_ref()?.node)
    }

    /// The field with this name: a field of the type, `__typename`, or a meta-field of the query type.
    pub(super) fn field<'s>(&'s self, parent: &'s TypeDefinition, name: &str) -> Option<&'s FieldDefinition> {
        let is_root = || self.root_types.query.as_ref().is_some_and(|query| query.node == parent.name.node);
        let fields = match name {
            "__typename" if is_composite(parent) => &self.meta_fields,
            "__schema" | "__type" if is_root() => &self.meta_fields,
            _ => fields_of(parent),
        };
        fields.iter().map(|field| &field.node).find(|field| field.name.node == name)
    }

    /// `GetPossibleTypes()`: the members of a union, the implementations of an interface, or an object type itself.
    pub(super) fn possible_types<'s>(&'s self, of_type: &'s TypeDefinition) -> &'s [Name] {
        self.possible_types.get(&of_type.name.node).map_or(std::slice::from_ref(&of_type.name.node), Vec::as_slice)
    }

    /// Whether some object type is a possible type of both.
    pub(super) fn overlaps(&self, one: &TypeDefinition, two: &TypeDefinition) -> bool {
        let two = self.possible_types(two);
        self.possible_types(one).iter().any(|name| two.contains(name))
    }
}
