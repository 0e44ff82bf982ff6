//! One invalid document for each rule, with the message of its violation.

use super::validate;
use crate::graphql::{language, type_system::TypeSystem};

const SDL: &str = "
    schema { query: Query subscription: Subscription }
    type Query {
        user(id: ID!): User
        node: Node
        page(size: Int! = 20, filter: Filter): Int
    }
    type Subscription { changed: User removed: User }
    interface Node { id: ID! }
    type User implements Node { id: ID! name: String }
    type Team implements Node { id: ID! name: String! }
    input Filter { name: String! }
    enum Color { RED }
";

fn messages(document: &str) -> Vec<String> {
    let document = language::parse(document).expect("the document can be parsed");
    match validate(&document, &TypeSystem::read(SDL, None)) {
        Ok(()) => Vec::new(),
        Err(violations) => violations.into_iter().map(|violation| violation.message).collect(),
    }
}

#[test]
fn each_rule_reports_its_violation() {
    for (document, message) in [
        ("{ nickname }", r#"Cannot query field "nickname" on type "Query"."#),
        ("{ user(id: 1) }", r#"Field "user" must have a selection of subfields."#),
        ("{ page { size } }", r#"Field "page" must not have a selection of subfields."#),
        ("{ user { name } }", r#"Argument "id" of type "ID!" is required on "user", but it was not provided."#),
        ("{ user(id: 1, age: 2) { name } }", r#"Unknown argument "age" on "user"."#),
        ("{ user(id: 1, id: 2) { name } }", r#"There can be only one argument named "id"."#),
        ("{ user(id: true) { name } }", r#"Expected value of type "ID!"."#),
        ("{ page(filter: {}) }", r#"Field "name" is required, but it was not provided."#),
        (r#"{ page(filter: { name: "a", size: 1 }) }"#, r#"Field "size" is not defined by type "Filter"."#),
        (r#"{ page(filter: { name: "a", name: "b" }) }"#, r#"There can be only one input field named "name"."#),
        ("{ page @upper }", r#"Unknown directive "@upper"."#),
        ("query @skip(if: true) { page }", r#"Directive "@skip" may not be used on QUERY."#),
        (
            "{ page @skip(if: true) @skip(if: true) }",
            r#"The directive "@skip" can only be used once at this location."#,
        ),
        ("{ ...A }", r#"Unknown fragment "A"."#),
        ("{ page } fragment A on Query { page }", r#"Fragment "A" is never used."#),
        (
            "{ ...A } fragment A on Query { page } fragment A on Query { page }",
            r#"There can be only one fragment named "A"."#,
        ),
        ("{ ... on Missing { id } }", r#"Unknown type "Missing"."#),
        ("{ ... on Color { id } }", r#"Fragment cannot condition on non composite type "Color"."#),
        (
            "{ ... on User { id } }",
            r#"Fragment cannot be spread here as objects of type "Query" can never be of type "User"."#,
        ),
        (
            "{ page page(size: 1) }",
            r#"Fields "page" conflict because they are different fields or have differing arguments."#,
        ),
        (
            "{ node { ... on User { name } ... on Team { name } } }",
            r#"Fields "name" conflict because they return conflicting types."#,
        ),
        ("query A { page } query A { page }", r#"There can be only one operation named "A"."#),
        ("{ page } query A { page }", "This anonymous operation must be the only defined operation."),
        ("mutation { page }", "The mutation operation is not supported by the schema."),
        ("subscription { changed { id } removed { id } }", "A subscription must select only one top level field."),
        ("subscription { __typename }", "A subscription must not select an introspection top level field."),
        (
            "subscription { changed @skip(if: true) { id } }",
            "A subscription must not use `@skip` or `@include` directives in the top level selection.",
        ),
        ("query ($a: Int, $a: Int) { page(size: $a) }", r#"There can be only one variable named "$a"."#),
        ("query ($a: Int) { page }", r#"Variable "$a" is never used."#),
        ("{ page(size: $a) }", r#"Variable "$a" is not defined."#),
        ("query ($a: User) { user(id: $a) { id } }", r#"Variable "$a" cannot be non-input type "User"."#),
        (
            "query ($a: String!) { user(id: $a) { id } }",
            r#"Variable "$a" of type "String!" used in position expecting type "ID!"."#,
        ),
    ] {
        assert_eq!(messages(document).first().map(String::as_str), Some(message), "{document}");
    }
}

#[test]
fn a_valid_document_has_no_violations() {
    let document = "query ($id: ID!, $size: Int) {
        user(id: $id) { ...Names }
        page(size: $size)
        node { id ... on Team { name } }
    }
    fragment Names on User { name }";
    assert_eq!(messages(document), Vec::<String>::new());
}

#[test]
fn at_most_twenty_violations_are_reported() {
    let fields = (0..30).map(|n| format!("unknown{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!(messages(&format!("{{ {fields} }}")).len(), 20);
}
