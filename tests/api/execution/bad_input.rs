//! Invalid input: an error with the right code, and no changes.

use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, database::TestDatabase, on_both_databases};

on_both_databases![
    a_nul_character_is_refused_in_every_string,
    an_address_of_three_hundred_characters_is_refused,
    a_variable_of_the_wrong_type_gets_a_clear_message,
    invalid_documents_and_syntax_errors_have_different_codes,
    an_operation_must_be_named_when_there_are_several,
    the_response_to_a_refused_document_has_no_data,
    without_introspection_no_error_message_reveals_the_schema,
    a_null_argument_is_an_error_of_its_field,
];

/// Tests every argument and input field of the schema that accepts text. Only passwords may contain the character.
async fn a_nul_character_is_refused_in_every_string(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let nul = "nul\0inside the text";
    let mut tested = Vec::new();
    let mut expect = |field: &'static str, answer: &Value, path: &str, expected: &str| {
        assert_eq!(at(answer, path), expected, "{field}: {answer}");
        tested.push(field);
    };

    for field in ["email", "username", "displayName"] {
        let mut input = json!({ "email": "bob@example.com", "password": PASSWORD });
        input[field] = nul.into();
        let answer = ada.register_with(input).await;
        expect(field, &answer, "data.register.code", "VALIDATION_FAILED");
    }
    expect("identifier", &ada.login(nul, PASSWORD).await, "data.login.code", "INVALID_CREDENTIALS");
    expect("password", &ada.login("ada@example.com", nul).await, "data.login.code", "INVALID_CREDENTIALS");
    expect("token", &ada.verify(nul).await, "reason", "INVALID");
    expect("refreshToken", &ada.refresh(nul).await, "data.refreshToken.reason", "INVALID");
    expect("sessionId", &ada.revoke_session(nul).await, "data.revokeSession.code", "SESSION_NOT_FOUND");
    let answer = ada
        .execute("query($after: String) { sessions(after: $after) { nodes { id } } }", json!({ "after": nul }))
        .await;
    expect("after", &answer, "errors.0.extensions.code", "BAD_USER_INPUT");
    let answer = ada.execute("query($id: ID!) { node(id: $id) { id } __typename }", json!({ "id": nul })).await;
    expect("id", &answer, "data.__typename", "Query");
    expect("userId", &ada.profile_of(Some(nul)).await, "errors.0.extensions.code", "FORBIDDEN");
    let answer = ada.update_profile(json!({ "displayName": nul })).await;
    expect("displayName", &answer, "data.updateProfile.code", "VALIDATION_FAILED");
    let answer = ada.change_username(nul, PASSWORD).await;
    expect("newUsername", &answer, "data.changeUsername.code", "VALIDATION_FAILED");
    let answer = ada.correct_email(nul, PASSWORD, "new@example.com").await;
    expect("identifier", &answer, "data.correctEmail.code", "INVALID_CREDENTIALS");
    let answer = ada.update_profile(json!({ "userId": nul })).await;
    expect("userId", &answer, "errors.0.extensions.code", "FORBIDDEN");
    let answer = ada.change_password(nul, "another password").await;
    expect("currentPassword", &answer, "data.changePassword.code", "INVALID_CREDENTIALS");

    expect(
        "newEmail",
        &ada.request_email_change(nul, PASSWORD).await,
        "data.requestEmailChange.code",
        "VALIDATION_FAILED",
    );
    let answer = ada.request_email_change("new@example.com", nul).await;
    expect("currentPassword", &answer, "data.requestEmailChange.code", "INVALID_CREDENTIALS");
    expect("email", &ada.request_password_reset(nul).await, "data.requestPasswordReset.code", "VALIDATION_FAILED");
    expect("token", &ada.verify_email(nul).await, "data.verifyEmail.reason", "INVALID");
    expect("token", &ada.reset_password(nul, nul).await, "data.resetPassword.reason", "INVALID");
    expect("token", &ada.confirm_email_change(nul).await, "data.confirmEmailChange.reason", "INVALID");

    // Passwords are not stored, so they may contain any character.
    let answer = ada.change_password(PASSWORD, nul).await;
    expect("newPassword", &answer, "data.changePassword.__typename", "ChangePasswordSuccess");
    let login = "mutation($input: LoginInput!) { login(input: $input) { __typename } }";
    let input = json!({ "identifier": "ada@example.com", "password": nul, "deviceToken": nul });
    let answer = ada.execute(login, json!({ "input": input })).await;
    expect("deviceToken", &answer, "data.login.__typename", "LoginSuccess");

    for field in text_inputs(app).await {
        assert!(tested.contains(&&*field), "{field} accepts text and is not tested");
    }
    assert_eq!(app.count("users").await, 1);
}

async fn text_inputs(app: &TestApp) -> Vec<String> {
    let document = "{ __schema { types {
        name
        inputFields { name type { name ofType { name } } }
        fields { args { name type { name ofType { name } } } }
    } } }";
    let answer = app.anonymous().execute(document, json!({})).await;
    let mut names = Vec::new();
    for of_type in at(&answer, "data.__schema.types").as_array().expect("types") {
        if of_type["name"].as_str().unwrap().starts_with("__") {
            continue;
        }
        let fields =
            of_type["fields"].as_array().into_iter().flatten().filter_map(|field| field["args"].as_array()).flatten();
        for input in of_type["inputFields"].as_array().into_iter().flatten().chain(fields) {
            let kind = input["type"]["name"].as_str().or(input["type"]["ofType"]["name"].as_str());
            if matches!(kind, Some("String" | "ID")) {
                names.push(input["name"].as_str().unwrap().to_owned());
            }
        }
    }
    assert!(names.len() >= 10, "{names:?}");
    names
}

async fn an_address_of_three_hundred_characters_is_refused(app: &TestApp) {
    let answer = app.anonymous().register(&format!("{}@example.com", "x".repeat(288))).await;
    assert_eq!(at(&answer, "data.register.violations.0.rule"), "TOO_LONG");
    assert_eq!(at(&answer, "data.register.violations").as_array().unwrap().len(), 1);
    let label = "x".repeat(60);
    let longest = format!("{}@{label}.{label}.{label}.example", "x".repeat(63));
    assert_eq!(longest.len(), 254);
    assert_eq!(at(&app.anonymous().register(&longest).await, "data.register.__typename"), "RegisterSuccess");
}

async fn a_variable_of_the_wrong_type_gets_a_clear_message(app: &TestApp) {
    let document = "query($token: String!) { verifyToken(token: $token) { valid } }";
    for (variables, expected) in [
        (json!({}), "BAD_USER_INPUT"),
        (json!({ "token": null }), "BAD_USER_INPUT"),
        (json!({ "token": 1 }), "BAD_USER_INPUT"),
        (json!({ "token": [] }), "BAD_USER_INPUT"),
    ] {
        let answer = app.anonymous().execute(document, variables.clone()).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), expected, "{variables}: {answer}");
        let message = at(&answer, "errors.0.message").as_str().unwrap();
        assert!(!message.contains("parse") && !message.contains("::"), "{message}");
        assert_eq!(answer["data"], Value::Null);
    }
}

async fn invalid_documents_and_syntax_errors_have_different_codes(app: &TestApp) {
    for document in ["{ nope }", "{ profile }", "{ profile { nope } }", "{ verifyToken { valid } }", "{ ...A }"] {
        let answer = app.anonymous().execute(document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "GRAPHQL_VALIDATION_FAILED", "{document}: {answer}");
    }
    for document in ["", "{", "}", "{ profile { id ", "query", "\"", "{ a(b: \"\\q\") }", "# only a comment"] {
        let answer = app.anonymous().execute(document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "GRAPHQL_PARSE_FAILED", "{document}: {answer}");
        let message = at(&answer, "errors.0.message").as_str().unwrap();
        assert!(!message.contains("-->") && !message.contains("expected"), "{message}");
    }
}

async fn an_operation_must_be_named_when_there_are_several(app: &TestApp) {
    let document = "query A { __typename } query B { a: __typename }";
    for (name, is_refused) in [(json!("A"), false), (json!("B"), false), (json!("C"), true), (Value::Null, true)] {
        let body = json!({ "query": document, "operationName": name });
        let answer: Value = app.anonymous().post(&body).await.json().await.unwrap();
        let code = if is_refused { "BAD_USER_INPUT".into() } else { Value::Null };
        assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{name}");
    }
}

async fn the_response_to_a_refused_document_has_no_data(app: &TestApp) {
    for document in ["{", "{ nope }"] {
        let answer = app.anonymous().execute(document, json!({})).await;
        assert!(answer.get("data").is_none(), "{answer}");
    }
}

/// A variable may be null although its default is not (specification, section 6.4.1).
async fn a_null_argument_is_an_error_of_its_field(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let document = "query($n: Int, $name: String = \"User\") {
        profile { email } sessions(first: $n) { nodes { id } } __type(name: $name) { name } end: __typename
    }";
    let answer = ada.execute(document, json!({ "n": null, "name": null })).await;
    let data = json!({ "profile": { "email": "ada@example.com" }, "sessions": null, "__type": null, "end": "Query" });
    assert_eq!(answer["data"], data);
    let paths: Vec<&Value> = answer["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, [&json!(["sessions"]), &json!(["__type"])]);
    assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT");
    let answer = ada.execute(document, json!({})).await;
    assert_eq!((at(&answer, "data.sessions.nodes").as_array().unwrap().len(), &answer["errors"]), (1, &Value::Null));

    // In a mutation, no field is executed after an error in a non-null field.
    let document = "mutation($token: String = \"x\", $name: String!) {
        refreshToken(input: { refreshToken: $token }) { __typename }
        updateProfile(input: { displayName: $name }) { __typename }
    }";
    let answer = ada.execute(document, json!({ "token": null, "name": "Bob" })).await;
    assert_eq!((&answer["data"], at(&answer, "errors.0.path")), (&Value::Null, &json!(["refreshToken"])));
    assert_eq!(at(&ada.profile().await, "data.profile.displayName"), &Value::Null);
}

async fn without_introspection_no_error_message_reveals_the_schema(app: &TestApp) {
    let database = TestDatabase::create(app.kind).await;
    let adjust = |config: &mut latchkey::config::Config| {
        (config.graphql.introspection, config.graphql.federation) = (false, false);
    };
    let closed = TestApp::start_with(app.kind, database, adjust).await;
    for document in [
        "{ __schema { types { name } } }",
        "{ _service { sdl } }",
        "{ __type(name: \"User\") { name } }",
        "{ profil }",
        "{ profile { emai } }",
        "{ verifyToken { valid } }",
        "{ verifyToken(tokn: \"\") { valid } }",
        "mutation { login(input: {}) { __typename } }",
        "mutation { login(input: { identifier: \"a\", password: \"b\" }) { ... on LoginSucces { user { id } } } }",
        "query($a: LoginInpu) { __typename }",
    ] {
        let answer = closed.anonymous().execute(document, json!({})).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "GRAPHQL_VALIDATION_FAILED", "{document}: {answer}");
        let text = answer.to_string();
        for word in
            ["User", "Query", "LoginInput", "LoginSuccess", "profile", "email", "token", "identifier", "did you mean"]
        {
            assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{document}: {word}: {text}");
        }
    }
    assert_eq!(at(&closed.anonymous().execute("{ __typename }", json!({})).await, "data.__typename"), "Query");
    closed.stop().await;
}
