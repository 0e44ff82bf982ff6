//! `node`: an object by its id, for callers who may see it.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, client::Client, on_both_databases};

on_both_databases![
    a_user_can_get_their_own_user_and_sessions,
    a_user_cannot_get_objects_of_other_users,
    an_admin_can_get_every_user_and_no_other_users_session,
    without_a_token_the_field_is_null_with_a_reason,
];

const NODE: &str = "query($id: ID!) {
    node(id: $id) { __typename id ... on User { email } ... on Session { current userAgent } }
    __typename
}";

async fn node(client: &Client, id: &str) -> Value {
    let answer = client.execute(NODE, json!({ "id": id })).await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    answer["data"]["node"].clone()
}

async fn a_user_can_get_their_own_user_and_sessions(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let other = app.logged_in("ada@example.com", PASSWORD).await;
    let id = ada.id().await;
    assert_eq!(node(&ada, &id).await, json!({ "__typename": "User", "id": id, "email": "ada@example.com" }));

    assert_eq!(node(&ada, &ada.session_id().await).await["current"], true);
    let others = other.session_id().await;
    assert_eq!(node(&ada, &others).await["current"], false);
    ada.change_password(PASSWORD, "another password").await;
    assert_eq!(node(&ada, &others).await, Value::Null, "an ended session is not found");
}

async fn a_user_cannot_get_objects_of_other_users(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let bob = app.registered("bob@example.com").await;
    for id in [ada.id().await, ada.session_id().await, "01a1fde1-c0bc-7b72-8c94-579e61b3219e".into(), "x\0".into()] {
        assert_eq!(node(&bob, &id).await, Value::Null, "{id}");
    }
}

async fn an_admin_can_get_every_user_and_no_other_users_session(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let admin = app.admin().await;
    assert_eq!(node(&admin, &ada.id().await).await["email"], "ada@example.com");
    assert_eq!(node(&admin, &ada.session_id().await).await, Value::Null);
}

async fn without_a_token_the_field_is_null_with_a_reason(app: &TestApp) {
    let answer = app.anonymous().execute(NODE, json!({ "id": "x" })).await;
    assert_eq!(at(&answer, "errors.0.extensions.reason"), "MISSING");
    assert_eq!(answer["data"], json!({ "node": null, "__typename": "Query" }));
}
