//! Federation: other subgraphs refer to users by id.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, client::Client, database::TestDatabase, on_both_databases};

on_both_databases![
    every_caller_may_refer_to_users_and_sees_their_public_fields,
    the_owner_and_admins_see_the_address,
    the_subgraph_schema_can_be_queried,
    a_representation_that_cannot_be_resolved_is_null_and_the_others_are_resolved,
    sessions_are_entities_only_for_their_owner,
    without_federation_its_fields_are_unknown,
];

async fn entities(client: &Client, ids: &[&str]) -> Value {
    let document = "query($of: [_Any!]!) {
        _entities(representations: $of) { ... on User { id email username displayName } }
    }";
    let of: Vec<Value> = ids.iter().map(|id| json!({ "__typename": "User", "id": id })).collect();
    let answer = client.execute(document, json!({ "of": of })).await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"]["_entities"].clone()
}

async fn every_caller_may_refer_to_users_and_sees_their_public_fields(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    ada.change_username("ada", PASSWORD).await;
    let (ada_id, bob_id) = (ada.id().await, app.registered("bob@example.com").await.id().await);
    let unknown = "01a1fde1-c0bc-7b72-8c94-579e61b3219e";

    // In the order of the references, repeated for repeated ones, null for unknown ones.
    for client in [app.anonymous(), app.with_token("forged")] {
        let seen = entities(&client, &[&bob_id, unknown, &ada_id, &bob_id, "x"]).await;
        let ada = json!({ "id": ada_id, "email": null, "username": "ada", "displayName": "Ada" });
        assert_eq!(seen[2], ada);
        assert_eq!((&seen[0]["id"], &seen[3]["id"]), (&json!(bob_id), &json!(bob_id)));
        assert_eq!((&seen[1], &seen[4], &seen[0]["email"]), (&Value::Null, &Value::Null, &Value::Null));
    }
}

async fn the_owner_and_admins_see_the_address(app: &TestApp) {
    let (ada, admin) = (app.registered("ada@example.com").await, app.admin().await);
    let bob = app.registered("bob@example.com").await.id().await;
    let ids = [&*ada.id().await, &*bob];
    let seen = entities(&ada, &ids).await;
    assert_eq!((&seen[0]["email"], &seen[1]["email"]), (&json!("ada@example.com"), &Value::Null));
    assert_eq!(entities(&admin, &ids).await[1]["email"], "bob@example.com");
}

async fn the_subgraph_schema_can_be_queried(app: &TestApp) {
    let answer = app.anonymous().execute("{ _service { sdl } }", json!({})).await;
    let sdl = at(&answer, "data._service.sdl").as_str().unwrap();
    for part in ["@key(fields: \"id\")", "type User", "https://specs.apollo.dev/federation/v2"] {
        assert!(sdl.contains(part), "{part}");
    }
    assert!(latchkey::graphql::subgraph_sdl().contains("@key(fields: \"id\")"));
    assert!(!latchkey::graphql::sdl().contains("_Entity"));
}

async fn a_representation_that_cannot_be_resolved_is_null_and_the_others_are_resolved(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let id = ada.id().await;
    let user = json!({ "__typename": "User", "id": id });
    let of = json!([{}, user, 1, { "__typename": "Review", "id": id }, { "__typename": "User" }, user, { "id": id }]);
    let document = "query($of: [_Any!]!) { before: __typename _entities(representations: $of) { ... on User { id } } }";
    let answer = app.anonymous().execute(document, json!({ "of": of })).await;
    let found = json!({ "id": id });
    assert_eq!(at(&answer, "data._entities"), &json!([null, found, null, null, null, found, null]));
    assert_eq!(at(&answer, "data.before"), "Query");
    let places: Vec<&Value> = answer["errors"].as_array().unwrap().iter().map(|error| &error["path"][1]).collect();
    assert_eq!(places, [0, 2, 3, 4, 6]);
    assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT");
}

async fn sessions_are_entities_only_for_their_owner(app: &TestApp) {
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    let own = ada.execute("{ sessions { nodes { id } } }", json!({})).await;
    let id = at(&own, "data.sessions.nodes.0.id");
    let document = "query($of: [_Any!]!) { _entities(representations: $of) { ... on Session { id current } } }";
    let variables = json!({ "of": [{ "__typename": "Session", "id": id }] });
    for (client, seen) in
        [(&ada, json!({ "id": id, "current": true })), (&bob, Value::Null), (&app.anonymous(), Value::Null)]
    {
        let answer = client.execute(document, variables.clone()).await;
        assert_eq!(at(&answer, "data._entities.0"), &seen, "{answer}");
    }
}

async fn without_federation_its_fields_are_unknown(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let closed = TestApp::start_with(app.kind, database, |config| config.graphql.federation = false).await;
    for document in
        ["{ _service { sdl } }", "{ _entities(representations: []) { __typename } }", "query($a: _Any) { x }"]
    {
        let answer = closed.anonymous().execute(document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "GRAPHQL_VALIDATION_FAILED", "{document}: {answer}");
    }
    closed.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_references_are_one_query() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let mut ids = Vec::new();
    for n in 0..20 {
        ids.push(app.registered(&format!("user{n}@example.com")).await.id().await);
    }
    let references: Vec<&str> = ids.iter().map(String::as_str).cycle().take(100).collect();

    let before = proxy.statements();
    let seen = entities(&app.anonymous(), &references).await;
    assert_eq!(proxy.statements() - before, 1);
    assert!(seen.as_array().unwrap().iter().zip(references).all(|(user, id)| user["id"] == id), "{seen}");

    let ada = app.registered("ada@example.com").await;
    let before = proxy.statements();
    entities(&ada, &[&ids[0], &ids[1]]).await;
    assert_eq!(proxy.statements() - before, 2, "one for the caller, one for the references");
    app.stop().await;
}
