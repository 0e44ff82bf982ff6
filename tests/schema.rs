//! `schema.graphql` is the schema, and everything in it is explained.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use latchkey::graphql::sdl;

#[test]
fn the_committed_schema_is_the_schema() {
    let committed = include_str!("../schema.graphql");
    assert!(committed == sdl(), "schema.graphql has drifted: cargo run -- schema > schema.graphql");
}

#[test]
fn every_type_field_argument_and_value_is_explained() {
    let document = parse_schema(sdl()).expect("SDL");
    let mut unexplained = Vec::new();
    let mut explained = 0;
    let mut check = |explanation: bool, what: String| if explanation { explained += 1 } else { unexplained.push(what) };

    for definition in &document.definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let definition = &definition.node;
        let name = &definition.name.node;
        check(definition.description.is_some(), name.to_string());
        match &definition.kind {
            TypeKind::Object(object) => fields(name, &object.fields, &mut check),
            TypeKind::Interface(interface) => fields(name, &interface.fields, &mut check),
            TypeKind::Enum(values) => values.values.iter().for_each(|value| {
                check(value.node.description.is_some(), format!("{name}.{}", value.node.value.node));
            }),
            TypeKind::InputObject(input) => input.fields.iter().for_each(|field| {
                check(field.node.description.is_some(), format!("{name}.{}", field.node.name.node));
            }),
            TypeKind::Scalar | TypeKind::Union(_) => {}
        }
    }
    assert_eq!(unexplained, Vec::<String>::new());
    assert!(explained > 100, "only {explained}");
}

fn fields(
    name: &str,
    fields: &[async_graphql::Positioned<async_graphql::parser::types::FieldDefinition>],
    check: &mut impl FnMut(bool, String),
) {
    for field in fields {
        let field = &field.node;
        check(field.description.is_some(), format!("{name}.{}", field.name.node));
        for argument in &field.arguments {
            let argument = &argument.node;
            check(argument.description.is_some(), format!("{name}.{}({})", field.name.node, argument.name.node));
        }
    }
}
