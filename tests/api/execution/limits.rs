//! The limits of a document: each is named in its refusal, and checked before execution.

use serde_json::{Value, json};

use crate::support::{TestApp, at, on_both_databases};

on_both_databases![
    nested_fragments_are_counted_without_being_expanded,
    every_limit_is_named_in_its_refusal,
    the_introspection_queries_of_tools_are_within_the_limits,
];

async fn nested_fragments_are_counted_without_being_expanded(app: &TestApp) {
    use std::fmt::Write;
    let mut document = "{ ...F0 }".to_owned();
    for n in 0..29 {
        write!(document, " fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1).unwrap();
    }
    document.push_str(" fragment F29 on Query { __typename }");
    let itself = "{ ...A } fragment A on Query { __typename ...B } fragment B on Query { ...A }".to_owned();
    for (document, code) in [(document, "QUERY_TOO_COMPLEX"), (itself, "GRAPHQL_VALIDATION_FAILED")] {
        let answer = app.anonymous().execute(&document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), code, "{answer}");
    }
}

async fn every_limit_is_named_in_its_refusal(app: &TestApp) {
    let many = |n: usize, text: &str| text.repeat(n);
    let page = |n| {
        format!(
            "p{n}: sessions(first: 100) {{ nodes {{ id createdAt expiresAt current }} edges {{ node {{ id ipAddress current }} }} }} "
        )
    };
    let credentials = "a: login(input: {identifier: \"a\", password: \"b\"}) { __typename }";
    for (document, limit) in [
        (format!("{{ __typename }} # {}", many(33_000, "x")), "32768 bytes"),
        (format!("{{ {} }}", many(21, "__typename ")), "20 root fields"),
        ((0..21).fold(String::new(), |text, n| text + &format!("query Q{n} {{ __typename }} ")), "20 operations"),
        (format!("{{ {}: __typename }}", many(65, "x")), "64 characters"),
        (format!("{{ {} }}", (0..11).map(page).collect::<String>()), "10000 values"),
        ("{ __schema { types { fields { type { fields { name } } } } } }".to_owned(), "1 field fields on one path"),
        ("{ a: __schema { description } b: __schema { description } }".to_owned(), "1 field __schema"),
        (format!("{{ profile {{ {} }} }}", many(500, "id ")), "500 fields"),
        (format!("{{ profile {{ {} }} }}", many(31, "a: id ")), "30 aliases"),
        (format!("{{ __typename {} }}", many(31, "@skip(if: false) ")), "30 directives"),
        (format!("{} id {}", many(21, "{ profile "), many(21, "}")), "20 levels"),
        (format!("{{ {} id {} }}", many(21, "... { "), many(21, "} ")), "20 levels"),
        (format!("mutation {{ {credentials} {} }}", credentials.replace("a:", "b:")), "1 field that takes a password"),
        (
            format!("mutation {{ {credentials} ...F }} fragment F on Mutation {{ register }}"),
            "1 field that takes a password",
        ),
    ] {
        let answer = app.anonymous().execute(&document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "QUERY_TOO_COMPLEX", "{limit}: {answer}");
        assert!(at(&answer, "errors.0.message").as_str().unwrap().contains(limit), "{limit}: {answer}");
    }
    assert_eq!(app.hash_rounds().await, 0);
    let largest = format!("{{ {} }}", many(20, "__typename "));
    assert_eq!(app.anonymous().execute(&largest, json!({})).await["errors"], Value::Null);
}

/// An introspection query with the nesting of graphql-js 16 and GraphiQL 4.
async fn the_introspection_queries_of_tools_are_within_the_limits(app: &TestApp) {
    let mut type_ref = "kind name".to_owned();
    for _ in 0..9 {
        type_ref = format!("kind name ofType {{ {type_ref} }}");
    }
    let document = format!(
        "query IntrospectionQuery {{ __schema {{
            description queryType {{ name kind }} mutationType {{ name kind }} subscriptionType {{ name kind }}
            types {{ ...FullType }}
            directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...InputValue }} }}
        }} }}
        fragment FullType on __Type {{
            kind name description specifiedByURL isOneOf
            fields(includeDeprecated: true) {{
                name description args(includeDeprecated: true) {{ ...InputValue }}
                type {{ ...TypeRef }} isDeprecated deprecationReason
            }}
            inputFields(includeDeprecated: true) {{ ...InputValue }}
            interfaces {{ ...TypeRef }}
            enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
            possibleTypes {{ ...TypeRef }}
        }}
        fragment InputValue on __InputValue {{
            name description type {{ ...TypeRef }} defaultValue isDeprecated deprecationReason
        }}
        fragment TypeRef on __Type {{ {type_ref} }}"
    );
    let answer = app.anonymous().execute(&document, json!({})).await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    assert!(at(&answer, "data.__schema.types").as_array().unwrap().len() > 20);
}
