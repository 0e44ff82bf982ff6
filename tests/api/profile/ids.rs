//! Ids are UUIDs. In upper case, they are the same ids; any other text is an unknown id.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, client::Client, metrics, on_both_databases};

on_both_databases![
    an_id_in_upper_case_gets_the_same_response_and_no_event,
    an_id_that_is_not_a_hyphenated_uuid_is_not_found,
    a_cursor_in_upper_case_is_the_same_cursor,
];

/// Every operation that accepts an id, and the kind of the id.
const OPERATIONS: [(&str, &str); 6] = [
    ("query($id: ID!) { profile(userId: $id) { id displayName } }", "user"),
    ("query($id: ID!) { node(id: $id) { __typename id } }", "user"),
    ("query($id: ID!) { node(id: $id) { __typename id } }", "session"),
    (
        "mutation($id: ID!) { updateProfile(input: { userId: $id, displayName: \"Ada\" }) {
            __typename ... on UpdateProfileSuccess { user { id } } } }",
        "user",
    ),
    (
        "mutation($id: ID!) { revokeSession(input: { sessionId: $id }) {
            __typename ... on RevokeSessionSuccess { session { id } } } }",
        "session",
    ),
    (
        "query($id: ID!) { _entities(representations: [{ __typename: \"User\", id: $id }]) { ... on User { id } } }",
        "user",
    ),
];

async fn ask(client: &Client, document: &str, id: &str) -> Value {
    client.post(&json!({ "query": document, "variables": { "id": id } })).await.json().await.unwrap()
}

async fn an_id_in_upper_case_gets_the_same_response_and_no_event(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    let admin = app.admin().await;
    for (document, kind) in OPERATIONS {
        for client in [&ada, &admin] {
            // Another session for each request, since the operation may end it.
            let mut answers = Vec::new();
            for capitals in [false, true] {
                let other = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
                let id = if kind == "user" { ada.id().await } else { other };
                let written = if capitals { id.to_uppercase() } else { id.clone() };
                assert!(!capitals || written != id);
                let answer = ask(client, document, &written).await.to_string();
                assert!(!answer.contains(&id.to_uppercase()), "{answer}");
                answers.push(answer.replace(&id, "the id"));
            }
            assert_eq!(answers[0], answers[1], "{document}");
        }
        // The owner gets the object.
        if !document.contains("_entities") {
            let other = app.logged_in("ada@example.com", PASSWORD).await.session_id().await;
            let id = if kind == "user" { ada.id().await } else { other };
            let answer = ask(&ada, document, &id.to_uppercase()).await;
            assert!(answer.to_string().contains(&id), "{document}: {answer}");
        }
    }
    let events = app.metrics().await;
    assert!(!events.contains("authz_fail"), "{events}");
    assert_eq!(metrics::value(&events, "latchkey_events_total{event=\"user_updated\"}"), 1);
}

async fn an_id_that_is_not_a_hyphenated_uuid_is_not_found(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let admin = app.admin().await;
    let (user, session) = (ada.id().await, ada.session_id().await);
    for (document, kind) in OPERATIONS {
        let id = if kind == "user" { &user } else { &session };
        let nonsense = [ask(&ada, document, "x").await, ask(&admin, document, "x").await];
        for other in
            [id.replace('-', ""), format!("{{{id}}}"), format!("urn:uuid:{id}"), format!(" {id}"), id[1..].into()]
        {
            let answers = [ask(&ada, document, &other).await, ask(&admin, document, &other).await];
            assert_eq!(answers, nonsense, "{document} {other}");
            assert!(!answers[0].to_string().contains(&**id));
        }
    }
    assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 2);
}

async fn a_cursor_in_upper_case_is_the_same_cursor(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for _ in 0..2 {
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    let first = ada.sessions("(first: 1)").await;
    let cursor = at(&first, "data.sessions.pageInfo.endCursor").as_str().unwrap();
    let small = ada.sessions(&format!("(after: \"{cursor}\")")).await;
    assert_eq!(at(&small, "data.sessions.nodes").as_array().unwrap().len(), 2);
    let capitals = ada.sessions(&format!("(after: \"{}\")", cursor.to_uppercase())).await;
    assert_eq!(capitals, small);
    let simple = ada.sessions(&format!("(after: \"{}\")", cursor.replace('-', ""))).await;
    assert_eq!(at(&simple, "errors.0.extensions.code"), "BAD_USER_INPUT");
}
