//! Trusted documents: if they are configured, no other document is executed.

use serde_json::{Value, json};

use crate::support::{TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![only_trusted_documents_are_executed, document_ids_are_compared_with_their_prefix];

async fn only_trusted_documents_are_executed(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let manifest = database.folder.path().join("persisted-documents.json");
    let profile = "query Profile { profile { email } }";
    let login = "mutation Login($input: LoginInput!) { login(input: $input) { __typename } }";
    std::fs::write(&manifest, json!({ "aaa": profile, "sha256:bbb": login }).to_string()).unwrap();
    let closed =
        TestApp::start_with(app.kind, database, |config| config.graphql.trusted_documents = Some(manifest)).await;

    let code = async |body: Value| -> Value {
        let answer: Value = closed.anonymous().post(&body).await.json().await.unwrap();
        answer["errors"][0]["extensions"]["code"].clone()
    };
    for trusted in [
        json!({ "documentId": "aaa" }),
        json!({ "documentId": "sha256:aaa" }),
        json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "aaa" } } }),
        json!({ "query": profile }),
    ] {
        assert_eq!(code(trusted.clone()).await, "UNAUTHENTICATED", "{trusted}");
    }
    for other in [
        json!({ "query": "{ __typename }" }),
        json!({ "query": "{ __schema { types { name } } }" }),
        json!({ "query": format!("{profile} ") }),
        json!({ "query": "{ __typename }", "documentId": "aaa" }),
        json!({ "documentId": "ccc" }),
        json!({ "documentId": "" }),
    ] {
        assert_eq!(code(other.clone()).await, "BAD_USER_INPUT", "{other}");
    }

    let input = json!({ "identifier": "ada", "password": "not the password" });
    let body = json!({ "documentId": "bbb", "variables": { "input": input } });
    let answer: Value = closed.anonymous().post(&body).await.json().await.unwrap();
    assert_eq!(at(&answer, "data.login.__typename"), "InvalidCredentials");
    let link = reqwest::get(closed.url("/graphql?documentId=bbb")).await.unwrap();
    assert_eq!(link.status(), 405, "a mutation is refused in a link, also by its id");
    closed.stop().await;
}

async fn document_ids_are_compared_with_their_prefix(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let manifest = database.folder.path().join("persisted-documents.json");
    let documents = json!({ "query:Me": "{ query: __typename }", "mutation:Me": "mutation { logout { __typename } }" });
    std::fs::write(&manifest, documents.to_string()).unwrap();
    let closed =
        TestApp::start_with(app.kind, database, |config| config.graphql.trusted_documents = Some(manifest)).await;
    let answer: Value = closed.anonymous().post(&json!({ "documentId": "query:Me" })).await.json().await.unwrap();
    assert_eq!(at(&answer, "data.query"), "Query");
    let answer: Value = closed.anonymous().post(&json!({ "documentId": "Me" })).await.json().await.unwrap();
    assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT");
    closed.stop().await;
}
