//! `schema.graphql` is up to date, and every type, field, argument and value in it has a description.

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use latchkey::graphql::sdl;

#[test]
fn the_committed_schema_is_up_to_date() {
    let committed = include_str!("../schema.graphql");
    assert!(committed == sdl(), "schema.graphql is out of date; run: cargo run -- schema > schema.graphql");
}

#[test]
fn every_type_field_argument_and_value_has_a_description() {
    let document = parse_schema(sdl()).expect("SDL");
    let mut missing = Vec::new();
    let mut described = 0;
    let mut check =
        |has_description: bool, what: String| if has_description { described += 1 } else { missing.push(what) };

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
    assert_eq!(missing, Vec::<String>::new());
    assert!(described > 100, "only {described}");
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
