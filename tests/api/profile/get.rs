//! `profile`: for its user and for admins.

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{TestApp, at, on_both_databases};

on_both_databases![
    a_user_sees_their_own_profile,
    another_users_profile_is_forbidden,
    an_admin_sees_the_profile_of_every_user,
    without_a_valid_token_the_field_is_null_and_others_are_executed,
];

async fn a_user_sees_their_own_profile(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.profile().await;
    assert_eq!(at(&answer, "data.profile.email"), "ada@example.com");
    assert_eq!(answer["errors"], Value::Null);

    let id = ada.id().await;
    assert_eq!(ada.profile_of(Some(&id)).await["data"], answer["data"]);
}

async fn another_users_profile_is_forbidden(app: &TestApp) {
    let ada = app.registered("ada@example.com").await.id().await;
    let bob = app.registered("bob@example.com").await;
    // The id of a user, an unknown id and invalid ids get the same error, which does not reveal which users exist.
    for id in [&*ada, "01a1fde1-c0bc-7b72-8c94-579e61b3219e", "1", "", "nul\0"] {
        let answer = bob.profile_of(Some(id)).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "FORBIDDEN", "{id}");
        assert_eq!(at(&answer, "errors.0.path.0"), "profile");
        assert_eq!(at(&answer, "data.profile"), &Value::Null);
        assert_eq!(at(&answer, "data.__typename"), "Query");
    }
}

async fn an_admin_sees_the_profile_of_every_user(app: &TestApp) {
    let ada = app.registered("ada@example.com").await.id().await;
    let admin = app.admin().await;
    assert_eq!(at(&admin.profile_of(Some(&ada)).await, "data.profile.email"), "ada@example.com");
    for unknown in ["01a1fde1-c0bc-7b72-8c94-579e61b3219e", "1", &*ada.replace('-', "")] {
        let answer = admin.profile_of(Some(unknown)).await;
        assert_eq!((at(&answer, "data.profile"), &answer["errors"]), (&Value::Null, &Value::Null), "{unknown}");
    }
}

async fn without_a_valid_token_the_field_is_null_and_others_are_executed(app: &TestApp) {
    let expired = app.registered("ada@example.com").await;
    app.clock.advance(TimeDelta::minutes(15));
    for (client, reason) in [(app.anonymous(), "MISSING"), (app.with_token("forged"), "INVALID"), (expired, "EXPIRED")]
    {
        let answer = client.profile().await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "UNAUTHENTICATED");
        assert_eq!(at(&answer, "errors.0.extensions.reason"), reason);
        assert_eq!(at(&answer, "data.profile"), &Value::Null);
        assert_eq!(at(&answer, "data.__typename"), "Query");
        assert_eq!(answer["errors"].as_array().unwrap().len(), 1);
    }
}
