//! A client in Rust, with types that `graphql_client` generates from the committed schema.

use graphql_client::{GraphQLQuery, Response};

use crate::support::{PASSWORD, TestApp, client::Client, on_both_databases};

on_both_databases![a_typed_client_registers_and_reads_its_profile];

/// The type of a `DateTime` in JSON.
type DateTime = String;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "schema.graphql",
    query_path = "tests/api/typed_client/operations.graphql",
    response_derives = "Debug, PartialEq"
)]
struct Register;

#[derive(GraphQLQuery)]
#[graphql(
    schema_path = "schema.graphql",
    query_path = "tests/api/typed_client/operations.graphql",
    response_derives = "Debug, PartialEq"
)]
struct Profile;

async fn ask<Q: GraphQLQuery>(client: &Client, variables: Q::Variables) -> Response<Q::ResponseData> {
    let body = serde_json::to_value(Q::build_query(variables)).expect("JSON");
    client.post(&body).await.json().await.expect("the answer fits the types")
}

async fn a_typed_client_registers_and_reads_its_profile(app: &TestApp) {
    use register::RegisterRegister::{RegisterSuccess, ValidationFailed};

    let input = |email: &str, password: &str| register::Variables {
        input: register::RegisterInput {
            email: Some(email.to_owned()),
            username: None,
            password: password.to_owned(),
            display_name: None,
        },
    };
    let anonymous = app.anonymous();
    let refused = ask::<Register>(&anonymous, input("no address", PASSWORD)).await.data.expect("data").register;
    let ValidationFailed(refused) = refused else { panic!("{refused:?}") };
    assert_eq!(refused.violations[0].path, ["input", "email"]);

    let registered = ask::<Register>(&anonymous, input("ada@example.com", PASSWORD)).await.data.expect("data").register;
    let RegisterSuccess(success) = registered else { panic!("{registered:?}") };
    let ada = app.with_token(&success.tokens.access_token);
    let seen = ask::<Profile>(&ada, profile::Variables { user_id: None }).await.data.expect("data").profile;
    let seen = seen.expect("a profile");
    assert_eq!((seen.id, seen.email.as_deref()), (success.user.id, Some("ada@example.com")));

    let answer = ask::<Profile>(&anonymous, profile::Variables { user_id: None }).await;
    assert_eq!(answer.data, Some(profile::ResponseData { profile: None }));
    let extensions = answer.errors.expect("errors").remove(0).extensions.expect("extensions");
    assert_eq!(extensions["code"], "UNAUTHENTICATED");
}
