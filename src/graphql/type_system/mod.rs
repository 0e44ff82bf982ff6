//! The types of the schema by name, as its SDL defines them: what documents are validated against and planned for.
//!
//! async-graphql keeps its own registry private, so the types are read from the SDL that clients are generated from.
//! The types of introspection, which no SDL names, are in `introspection.graphql`.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    indexmap::IndexMap,
    parser::{
        parse_schema,
        types::{
            BaseType, DirectiveDefinition, FieldDefinition, InputValueDefinition, OperationType, SchemaDefinition,
            Type, TypeDefinition, TypeKind, TypeSystemDefinition,
        },
    },
};

/// The types of introspection, the scalars and the directives that every schema has (specification, section 4.2).
const INTROSPECTION: &str = include_str!("introspection.graphql");

/// What a gateway asks of a subgraph (Apollo Federation's subgraph specification).
const FEDERATION: &str = include_str!("federation.graphql");

/// The type in `introspection.graphql` that holds the fields which every query or selection set may have.
const META_FIELDS: &str = "__Meta";

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
    subgraph: Option<String>,
}

impl TypeSystem {
    /// Reads an SDL. Where there is one for gateways, it has the fields that they ask for, too.
    ///
    /// # Panics
    ///
    /// When the SDL is not valid. It is our own, printed when the server starts.
    pub(super) fn read(sdl: &str, subgraph: Option<String>) -> Self {
        let (mut types, mut directives) = (IndexMap::new(), Vec::new());
        let mut roots =
            SchemaDefinition { extend: false, directives: vec![], query: None, mutation: None, subscription: None };
        let federation = if subgraph.is_some() { FEDERATION } else { "" };
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
        Self { types, directives, roots, meta, possible, subgraph }
    }

    /// The SDL that gateways get, if they are served.
    pub(super) fn subgraph(&self) -> Option<&str> {
        self.subgraph.as_deref()
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
    pub(super) fn all(&self) -> impl Iterator<Item = &TypeDefinition> {
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
    pub(super) fn root(&self, kind: OperationType) -> Option<&TypeDefinition> {
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
    pub(super) fn possible<'s>(&'s self, of_type: &'s TypeDefinition) -> &'s [Name] {
        self.possible.get(&of_type.name.node).map_or(std::slice::from_ref(&of_type.name.node), Vec::as_slice)
    }

    /// Whether something can be of both types.
    pub(super) fn overlap(&self, one: &TypeDefinition, two: &TypeDefinition) -> bool {
        let two = self.possible(two);
        self.possible(one).iter().any(|name| two.contains(name))
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

/// The fields of an object type or an interface.
pub(super) fn fields_of(of_type: &TypeDefinition) -> &[Positioned<FieldDefinition>] {
    match &of_type.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        _ => &[],
    }
}

/// The fields of an input object.
pub(super) fn input_fields_of(of_type: &TypeDefinition) -> Option<&[Positioned<InputValueDefinition>]> {
    match &of_type.kind {
        TypeKind::InputObject(input) => Some(&input.fields),
        _ => None,
    }
}

/// The definition of an argument or an input field.
pub(super) fn input_value<'v>(
    values: &'v [Positioned<InputValueDefinition>],
    name: &str,
) -> Option<&'v InputValueDefinition> {
    values.iter().map(|value| &value.node).find(|value| value.name.node == name)
}

/// Whether an argument or an input field has to be given.
pub(super) fn is_required(value: &InputValueDefinition) -> bool {
    !value.ty.node.nullable && value.default_value.is_none()
}

/// Whether a type has selections: objects, interfaces and unions.
pub(super) fn is_composite(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_))
}

/// Whether a type is for arguments and variables: scalars, enums and input objects.
pub(super) fn is_input(of_type: &TypeDefinition) -> bool {
    matches!(of_type.kind, TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_))
}

/// Whether exactly one field of an input object has to be given (`@oneOf`).
pub(super) fn is_one_of(of_type: &TypeDefinition) -> bool {
    of_type.directives.iter().any(|directive| directive.node.name.node == "oneOf")
}

/// The name at the innermost place of a type reference.
pub(super) fn innermost_name(of_type: &Type) -> &Name {
    match &of_type.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => innermost_name(inner),
    }
}

/// The type of the items of a list.
pub(super) fn item_type(of_type: &Type) -> Option<&Type> {
    match &of_type.base {
        BaseType::List(inner) => Some(inner),
        BaseType::Named(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_schema_and_of_introspection_are_found() {
        let types = TypeSystem::read(&crate::graphql::sdl(), None);
        let query = types.root(OperationType::Query).expect("a query type");
        assert!(types.field(query, "__schema").is_some() && types.field(query, "profile").is_some());
        let user = types.named("User").expect("a type");
        assert!(types.field(user, "__typename").is_some() && types.field(user, "__schema").is_none());
        let node = types.named("Node").expect("an interface");
        assert_eq!(types.possible(node), [Name::new("Session"), Name::new("User")]);
        assert!(types.overlap(node, user) && !types.overlap(query, user));
        assert!(types.named("__Meta").is_none() && types.named("__Type").is_some());
    }
}
