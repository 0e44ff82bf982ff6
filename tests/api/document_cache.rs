//! Documents that were sent before: a client may send the hash of one in its place.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{House, PASSWORD, at, on_both_databases};

on_both_databases![
    a_document_is_known_by_its_hash_once_it_was_sent,
    the_same_document_answers_each_caller_for_themselves,
    what_was_refused_or_holds_a_string_is_not_kept,
    a_mutation_is_none_by_link_under_its_hash,
    the_cache_has_an_end,
];

fn hash(document: &str) -> String {
    Sha256::digest(document).iter().fold(String::new(), |hash, byte| format!("{hash}{byte:02x}"))
}

async fn by_hash(house: &House, document: &str) -> Value {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } });
    house.anonymous().post(&json!({ "extensions": extensions })).await.json().await.unwrap()
}

async fn is_known(house: &House, document: &str) -> bool {
    let answer = by_hash(house, document).await;
    answer["errors"][0]["extensions"]["code"] != "PERSISTED_QUERY_NOT_FOUND"
}

async fn a_document_is_known_by_its_hash_once_it_was_sent(house: &House) {
    let document = "query Known { __typename }";
    let unknown = by_hash(house, document).await;
    assert_eq!(at(&unknown, "errors.0.message"), "PersistedQueryNotFound");
    assert_eq!(at(&unknown, "errors.0.extensions.code"), "PERSISTED_QUERY_NOT_FOUND");

    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash(document) } });
    let sent = json!({ "query": document, "extensions": extensions });
    let first: Value = house.anonymous().post(&sent).await.json().await.unwrap();
    assert_eq!(at(&first, "data.__typename"), "Query");
    assert_eq!(at(&by_hash(house, document).await, "data.__typename"), "Query");

    for link in [
        format!("/graphql?documentId=sha256:{}", hash(document)),
        format!("/graphql?extensions={extensions}"),
        format!("/graphql?documentId={}&operationName=Known", hash(document).to_uppercase()),
    ] {
        let answer: Value = reqwest::get(house.url(&link)).await.unwrap().json().await.unwrap();
        assert_eq!(at(&answer, "data.__typename"), "Query", "{link}");
    }
    for no_hash in ["", "sha256:", "é", "0", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32)] {
        let answer: Value = house.anonymous().post(&json!({ "documentId": no_hash })).await.json().await.unwrap();
        assert_eq!(at(&answer, "errors.0.extensions.code"), "PERSISTED_QUERY_NOT_FOUND", "{no_hash}");
    }
    assert_eq!(house.anonymous().post(&json!({ "variables": {} })).await.status(), 400);
}

async fn the_same_document_answers_each_caller_for_themselves(house: &House) {
    let (ada, bob) = (house.registered("ada@example.com").await, house.registered("bob@example.com").await);
    for _ in 0..2 {
        assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
        assert_eq!(at(&bob.profile().await, "data.profile.email"), "bob@example.com");
        assert_eq!(at(&house.anonymous().profile().await, "errors.0.extensions.reason"), "MISSING");
    }
}

async fn what_was_refused_or_holds_a_string_is_not_kept(house: &House) {
    for document in [
        "{ this is no document".to_owned(),
        format!("{{ {} }}", "__typename ".repeat(21)),
        "{ verifyToken(token: \"a secret\") { valid } }".to_owned(),
        "{ verifyToken(token: \"\"\"a secret\"\"\") { valid } }".to_owned(),
        format!("{{ __typename }} # {}", "x".repeat(4096)),
    ] {
        house.anonymous().post(&json!({ "query": document })).await;
        assert!(!is_known(house, &document).await, "{document}");
    }
}

async fn a_mutation_is_none_by_link_under_its_hash(house: &House) {
    let document = "mutation($input: LoginInput!) { login(input: $input) { __typename } }";
    let input = json!({ "identifier": "ada", "password": PASSWORD });
    house.anonymous().ask(document, json!({ "input": input })).await;
    assert!(is_known(house, document).await);
    let rounds = house.accounts.hash_rounds();
    let variables = json!({ "input": input });
    let link = house.url(&format!("/graphql?documentId={}&variables={variables}", hash(document)));
    assert_eq!(reqwest::get(link).await.unwrap().status(), 405);
    assert_eq!(house.accounts.hash_rounds(), rounds);
}

async fn the_cache_has_an_end(house: &House) {
    // Little to send, and much to keep: each operation keeps to the limits.
    let deep = format!("{}a{}", "{a".repeat(18), "}".repeat(18));
    let document = |n: usize| (0..60).fold(String::new(), |text, m| format!("{text}query q{n}x{m}{deep}"));
    let client = house.anonymous();
    for n in 0..12 {
        client.post(&json!({ "query": document(n), "operationName": "q0x0" })).await;
    }
    assert!(!is_known(house, &document(0)).await, "the oldest made room");
    assert!(is_known(house, &document(11)).await);
}
