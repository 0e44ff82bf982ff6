//! The document cache: a client may send the hash of a document that was sent before.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    a_document_can_be_requested_by_its_hash_once_it_was_sent,
    a_cached_document_is_executed_for_each_caller,
    a_refused_document_or_one_with_a_string_is_not_cached,
    a_mutation_by_its_hash_is_refused_in_a_get_request,
    the_variables_of_a_cached_document_are_validated_as_those_of_a_new_one,
    the_document_cache_is_limited,
];

fn hash(document: &str) -> String {
    Sha256::digest(document).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

async fn by_hash(app: &TestApp, document: &str) -> Value {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } });
    app.anonymous().post(&json!({ "extensions": extensions })).await.json().await.unwrap()
}

async fn is_known(app: &TestApp, document: &str) -> bool {
    let answer = by_hash(app, document).await;
    answer["errors"][0]["extensions"]["code"] != "PERSISTED_QUERY_NOT_FOUND"
}

async fn a_document_can_be_requested_by_its_hash_once_it_was_sent(app: &TestApp) {
    let document = "query Known { __typename }";
    let unknown = by_hash(app, document).await;
    assert_eq!(at(&unknown, "errors.0.message"), "PersistedQueryNotFound");
    assert_eq!(at(&unknown, "errors.0.extensions.code"), "PERSISTED_QUERY_NOT_FOUND");

    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } });
    let sent = json!({ "query": document, "extensions": extensions });
    let first: Value = app.anonymous().post(&sent).await.json().await.unwrap();
    assert_eq!(at(&first, "data.__typename"), "Query");
    assert_eq!(at(&by_hash(app, document).await, "data.__typename"), "Query");

    for link in [
        format!("/graphql?documentId=sha256:{}", hash(document)),
        format!("/graphql?extensions={extensions}"),
        format!("/graphql?documentId={}&operationName=Known", hash(document).to_uppercase()),
    ] {
        let answer: Value = reqwest::get(app.url(&link)).await.unwrap().json().await.unwrap();
        assert_eq!(at(&answer, "data.__typename"), "Query", "{link}");
    }
    for no_hash in ["", "sha256:", "é", "0", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
        let answer: Value = app.anonymous().post(&json!({ "documentId": no_hash })).await.json().await.unwrap();
        assert_eq!(at(&answer, "errors.0.extensions.code"), "PERSISTED_QUERY_NOT_FOUND", "{no_hash}");
    }
    assert_eq!(app.anonymous().post(&json!({ "variables": {} })).await.status(), 400);
}

async fn a_cached_document_is_executed_for_each_caller(app: &TestApp) {
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    for _ in 0..2 {
        assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
        assert_eq!(at(&bob.profile().await, "data.profile.email"), "bob@example.com");
        assert_eq!(at(&app.anonymous().profile().await, "errors.0.extensions.reason"), "MISSING");
    }
}

async fn a_refused_document_or_one_with_a_string_is_not_cached(app: &TestApp) {
    for document in [
        "{ this is no document".to_owned(),
        format!("{{ {} }}", "__typename ".repeat(21)),
        "{ verifyToken(token: \"a secret\") { valid } }".to_owned(),
        "{ verifyToken(token: \"\"\"a secret\"\"\") { valid } }".to_owned(),
        format!("{{ __typename }} # {}", "x".repeat(4096)),
    ] {
        app.anonymous().post(&json!({ "query": document })).await;
        assert!(!is_known(app, &document).await, "{document}");
    }
}

async fn a_mutation_by_its_hash_is_refused_in_a_get_request(app: &TestApp) {
    let document = "mutation($input: LoginInput!) { login(input: $input) { __typename } }";
    let input = json!({ "identifier": "ada", "password": PASSWORD });
    app.anonymous().execute(document, json!({ "input": input })).await;
    assert!(is_known(app, document).await);
    let rounds = app.hash_rounds().await;
    let variables = json!({ "input": input });
    let link = app.url(&format!("/graphql?documentId={}&variables={variables}", hash(document)));
    assert_eq!(reqwest::get(link).await.unwrap().status(), 405);
    assert_eq!(app.hash_rounds().await, rounds);
}

async fn the_variables_of_a_cached_document_are_validated_as_those_of_a_new_one(app: &TestApp) {
    let client = app.anonymous();
    let verify = "query Verify($token: String!) { verifyToken(token: $token) { valid reason } }
        query Other($token: String) { __typename a: profile(userId: $token) { id } }";
    let node = "query($id: ID!, $userId: ID) { node(id: $id) { id } profile(userId: $userId) { id } }";
    let listed =
        "query($first: Int!, $with: Boolean!) { sessions(first: $first) @include(if: $with) { nodes { id } } }";
    let login = "mutation($identifier: String!, $password: String!) {
        login(input: { identifier: $identifier, password: $password }) { __typename }
    }";
    // The input object around a variable is validated only if the variable has a value, and only in the executed operation.
    let nested = "mutation($d: String) { updateProfile(input: { displayName: $d, bogus: 1 }) { __typename } }";
    let two = "mutation A($d: String) { updateProfile(input: { displayName: $d, bogus: 1 }) { __typename } }
        query B { __typename }";
    let mut refused = 0;
    for (document, name, good, others) in [
        (
            verify,
            Some("Verify"),
            json!({ "token": "t" }),
            vec![
                json!({}),
                json!({ "token": null }),
                json!({ "token": 1 }),
                json!({ "token": ["t"] }),
                json!({ "Token": "t" }),
                json!({ "token": "t", "more": "t" }),
                json!({ "token": "another" }),
            ],
        ),
        (verify, Some("Unknown"), json!({ "token": "t" }), vec![json!({ "token": "t" })]),
        (verify, None, json!({ "token": "t" }), vec![json!({ "token": "t" })]),
        (
            node,
            None,
            json!({ "id": "i", "userId": "i" }),
            vec![
                json!({ "id": "i" }),
                json!({ "id": 7, "userId": "i" }),
                json!({ "id": "i", "userId": null }),
                json!({ "id": "i", "userId": true }),
                json!({ "userId": "i" }),
                json!({ "id": {}, "userId": "i" }),
            ],
        ),
        (
            listed,
            None,
            json!({ "first": 1, "with": true }),
            vec![
                json!({ "first": "1", "with": true }),
                json!({ "first": 1, "with": "true" }),
                json!({ "first": 1.5, "with": true }),
                json!({ "first": 1, "with": false }),
                json!({ "first": "1", "with": "true" }),
            ],
        ),
        (nested, None, json!({}), vec![json!({ "d": "Bob" }), json!({ "d": null }), json!({})]),
        (two, Some("A"), json!({}), vec![json!({ "d": "Bob" })]),
        (
            login,
            None,
            json!({ "identifier": "unknown", "password": "no" }),
            vec![json!({ "identifier": "unknown" }), json!({ "identifier": "unknown", "password": 5 })],
        ),
    ] {
        for (n, variables) in others.into_iter().enumerate() {
            let request = |document: &str, variables: &Value| json!({ "query": document, "operationName": name, "variables": variables });
            for _ in 0..2 {
                client.post(&request(document, &good)).await;
                client.post(&json!({ "query": document, "operationName": "B" })).await;
            }
            let known = client.post(&request(document, &variables)).await.bytes().await.unwrap();
            // The same document with a comment, so that it is not in the cache.
            let new = format!("{document} # {n}");
            let new = client.post(&request(&new, &variables)).await.bytes().await.unwrap();
            assert_eq!(known, new, "{document} {variables}");
            refused += usize::from(String::from_utf8_lossy(&known).contains("GRAPHQL_VALIDATION_FAILED"));
        }
    }
    assert!(refused > 8, "{refused}");
}

async fn the_document_cache_is_limited(app: &TestApp) {
    // A short document that needs much memory in the cache; each operation is within the limits.
    let deep = format!("{}{{__typename # {}\n}}{}", "{...".repeat(17), "x".repeat(80), "}".repeat(17));
    let document = |n: usize| (0..20).fold(String::new(), |text, m| format!("{text}query q{n}x{m}{deep}"));
    let client = app.anonymous();
    for n in 0..20 {
        client.post(&json!({ "query": document(n), "operationName": "q0x0" })).await;
    }
    assert!(!is_known(app, &document(0)).await, "the oldest document was removed");
    assert!(is_known(app, &document(19)).await);
}
