//! `updateProfile`: an omitted field is unchanged, null clears it.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, at, on_both_databases};

on_both_databases![
    an_omitted_field_is_unchanged_and_null_clears_it,
    an_omitted_variable_leaves_its_field_unchanged,
    updated_at_changes_only_with_a_change,
    only_admins_update_the_profile_of_another_user,
    a_violation_changes_no_profile,
    without_a_token_nothing_happens,
];

async fn an_omitted_field_is_unchanged_and_null_clears_it(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.update_profile(json!({ "displayName": " Ada L. " })).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Ada L.");
    let answer = ada.update_profile(json!({})).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Ada L.");

    let answer = ada.update_profile(json!({ "displayName": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.user.displayName"), &Value::Null);
}

async fn an_omitted_variable_leaves_its_field_unchanged(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    let document = "mutation($name: String) {
        updateProfile(input: { displayName: $name }) { ... on UpdateProfileSuccess { user { displayName } } }
    }";
    let answer = ada.execute(document, json!({})).await;
    assert_eq!(at(&answer, "data.updateProfile.user"), &json!({ "displayName": "Ada" }));
    let answer = ada.execute(document, json!({ "name": null })).await;
    assert_eq!(at(&answer, "data.updateProfile.user"), &json!({ "displayName": null }));
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

async fn a_violation_changes_no_profile(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let answer = ada.update_profile(json!({ "displayName": "x".repeat(101) })).await;
    assert_eq!(at(&answer, "data.updateProfile.code"), "VALIDATION_FAILED");
    assert_eq!(at(&ada.profile().await, "data.profile.displayName"), &Value::Null);
}

async fn without_a_token_nothing_happens(app: &TestApp) {
    let answer = app.anonymous().update_profile(json!({ "displayName": "Ada" })).await;
    assert_eq!(at(&answer, "errors.0.extensions.reason"), "MISSING");
    assert_eq!(answer["data"], json!({ "updateProfile": null }));
}
