//! `updateProfile`: an omitted field is unchanged, null clears it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    an_omitted_field_is_unchanged_and_null_clears_it,
    an_omitted_variable_leaves_its_field_unchanged,
    updated_at_changes_only_with_a_change,
    a_username_can_be_changed_and_used_to_log_in,
    a_taken_username_is_refused,
    the_only_identifier_cannot_be_removed,
    only_admins_update_the_profile_of_another_user,
    all_violations_are_returned_together_and_no_profile_is_changed,
    concurrent_changes_to_different_fields_are_all_kept,
    without_a_token_nothing_happens,
];

async fn an_omitted_field_is_unchanged_and_null_clears_it(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.update_profile(json!({ "displayName": " Ada  L. ", "username": "ada" })).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Ada  L.");

    let answer = ada.update_profile(json!({ "displayName": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), &Value::Null);
    assert_eq!(at(&answer, "data.updateProfile.user.username"), "ada");

    let answer = ada.update_profile(json!({ "username": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.user.username"), &Value::Null);
    assert_eq!(at(&app.anonymous().login("ada", PASSWORD).await, "data.login.code"), "INVALID_CREDENTIALS");
}

async fn an_omitted_variable_leaves_its_field_unchanged(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    let document = "mutation($name: String, $username: String) {
        updateProfile(input: { displayName: $name, username: $username }) {
            ... on UpdateProfileSuccess { user { displayName username } }
        }
    }";
    let answer = ada.execute(document, json!({ "username": "ada" })).await;
    assert_eq!(at(&answer, "data.updateProfile.user"), &json!({ "displayName": "Ada", "username": "ada" }));
    let answer = ada.execute(document, json!({ "name": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.user"), &json!({ "displayName": null, "username": "ada" }));
}

async fn updated_at_changes_only_with_a_change(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let before = at(&ada.profile().await, "data.profile.updatedAt").clone();
    app.clock.advance(TimeDelta::seconds(5));
    let answer = ada.update_profile(json!({})).await;
    assert_eq!(at(&answer, "data.updateProfile.user.updatedAt"), &before);
    let answer = ada.update_profile(json!({ "displayName": "Ada" })).await;
    assert_ne!(at(&answer, "data.updateProfile.user.updatedAt"), &before);
}

async fn a_username_can_be_changed_and_used_to_log_in(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "username": "Ada" })).await;
    ada.update_profile(json!({ "username": "ADA" })).await;
    app.logged_in("ada", PASSWORD).await;
}

async fn a_taken_username_is_refused(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "username": "ada" })).await;
    let bob = app.registered("bob@example.com").await;
    let answer = bob.update_profile(json!({ "username": "ADA", "displayName": "Bob" })).await;
    assert_eq!(at(&answer, "data.updateProfile.code"), "USERNAME_TAKEN");
    assert_eq!(at(&bob.profile().await, "data.profile.displayName"), &Value::Null);
}

async fn the_only_identifier_cannot_be_removed(app: &TestApp) {
    let answer = app.anonymous().register_with(json!({ "username": "ada", "password": PASSWORD })).await;
    let ada = app.with_token(at(&answer, "data.register.tokens.accessToken").as_str().unwrap());
    let answer = ada.update_profile(json!({ "username": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.violations.0.rule"), "REQUIRED");
    app.logged_in("ada", PASSWORD).await;
}

async fn only_admins_update_the_profile_of_another_user(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let (bob, admin) = (app.registered("bob@example.com").await, app.admin().await);
    let input = json!({ "userId": ada.id().await, "displayName": "Countess" });

    let answer = bob.update_profile(input.clone()).await;
    assert_eq!(at(&answer, "errors.0.extensions.code"), "FORBIDDEN");
    assert_eq!(at(&answer, "data.updateProfile"), &Value::Null);
    assert_eq!(at(&ada.profile().await, "data.profile.displayName"), &Value::Null);

    let answer = admin.update_profile(input).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Countess");
    let answer = admin.update_profile(json!({ "userId": "1", "displayName": "Countess" })).await;
    assert_eq!(at(&answer, "data.updateProfile.violations.0.rule"), "NOT_FOUND");
}

async fn all_violations_are_returned_together_and_no_profile_is_changed(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.update_profile(json!({ "displayName": "x".repeat(101), "username": "a@b" })).await;
    assert_eq!(at(&answer, "data.updateProfile.violations").as_array().unwrap().len(), 2);
    let answer = ada.update_profile(json!({ "displayName": "Ada", "username": "a@b" })).await;
    assert_eq!(at(&answer, "data.updateProfile.code"), "VALIDATION_FAILED");
    assert_eq!(at(&ada.profile().await, "data.profile.displayName"), &Value::Null);
}

async fn concurrent_changes_to_different_fields_are_all_kept(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let (one, other) = tokio::join!(
        ada.update_profile(json!({ "displayName": "Ada" })),
        ada.update_profile(json!({ "username": "ada" })),
    );
    assert_eq!((&one["errors"], &other["errors"]), (&Value::Null, &Value::Null));
    let profile = ada.profile().await;
    assert_eq!(
        (at(&profile, "data.profile.displayName"), at(&profile, "data.profile.username")),
        (&"Ada".into(), &"ada".into())
    );
}

async fn without_a_token_nothing_happens(app: &TestApp) {
    let answer = app.anonymous().update_profile(json!({ "displayName": "Ada" })).await;
    assert_eq!(at(&answer, "errors.0.extensions.reason"), "MISSING");
    assert_eq!(answer["data"], json!({ "updateProfile": null }));
}
