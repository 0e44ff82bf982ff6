//! Permissions: a table of every operation, every kind of caller, and the answer that each must get.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{
    PASSWORD, TestApp, at,
    client::Client,
    on_both_databases,
    subscriber::{PROTOCOL, Received, Subscriber},
};

on_both_databases![every_caller_gets_the_answer_in_the_table, no_operation_is_missing_from_the_table];

/// The callers. The operations are about the profile and the session of Ada.
const CALLERS: [&str; 6] = ["anonymous", "bad token", "Ada", "another user", "Ada, disabled", "an admin"];

/// An operation, its document, and the answer to each caller. `$user`, `$session`, `$access`, `$refresh` and `$email`
/// are replaced with Ada's.
struct Row(&'static str, &'static str, [&'static str; 6]);

const TABLE: [Row; 26] = [
    Row(
        "register",
        "mutation { register(input: { username: \"$fresh\", password: \"correct horse battery\" }) { __typename } }",
        ["RegisterSuccess"; 6],
    ),
    Row(
        "login",
        "mutation { login(input: { identifier: \"$email\", password: \"correct horse battery\" }) { __typename } }",
        ["LoginSuccess", "LoginSuccess", "LoginSuccess", "LoginSuccess", "InvalidCredentials", "LoginSuccess"],
    ),
    Row(
        "refreshToken",
        "mutation { refreshToken(input: { refreshToken: \"$refresh\" }) { __typename } }",
        [
            "RefreshTokenSuccess",
            "RefreshTokenSuccess",
            "RefreshTokenSuccess",
            "RefreshTokenSuccess",
            "RefreshRejected",
            "RefreshTokenSuccess",
        ],
    ),
    Row(
        "verifyToken",
        "{ verifyToken(token: \"$access\") { message } }",
        [VALID, VALID, VALID, VALID, "Token was revoked", VALID],
    ),
    Row("profile", "{ profile { __typename } }", [MISSING, INVALID, "User", "User", REVOKED, "User"]),
    Row(
        "profile",
        "{ profile(userId: \"$user\") { __typename } }",
        [MISSING, INVALID, "User", "FORBIDDEN", REVOKED, "User"],
    ),
    Row("node", "{ node(id: \"$user\") { __typename } }", [MISSING, INVALID, "User", "null", REVOKED, "User"]),
    Row("node", "{ node(id: \"$session\") { __typename } }", [MISSING, INVALID, "Session", "null", REVOKED, "null"]),
    Row("sessions", "{ sessions { __typename } }", [MISSING, INVALID, LIST, LIST, REVOKED, LIST]),
    Row("logout", "mutation { logout { __typename } }", [MISSING, INVALID, OUT, OUT, REVOKED, OUT]),
    Row(
        "revokeSession",
        "mutation { revokeSession(input: { sessionId: \"$session\" }) { __typename } }",
        [MISSING, INVALID, "RevokeSessionSuccess", "SessionNotFound", REVOKED, "SessionNotFound"],
    ),
    Row(
        "revokeOtherSessions",
        "mutation { revokeOtherSessions { __typename } }",
        [MISSING, INVALID, OTHERS_OUT, OTHERS_OUT, REVOKED, OTHERS_OUT],
    ),
    Row(
        "updateProfile",
        "mutation { updateProfile(input: { displayName: \"A\" }) { __typename } }",
        [MISSING, INVALID, UPDATED, UPDATED, REVOKED, UPDATED],
    ),
    Row(
        "updateProfile",
        "mutation { updateProfile(input: { userId: \"$user\", displayName: \"A\" }) { __typename } }",
        [MISSING, INVALID, UPDATED, "FORBIDDEN", REVOKED, UPDATED],
    ),
    Row(
        "changeUsername",
        "mutation { changeUsername(input: { newUsername: \"$fresh\", currentPassword: \"correct horse battery\" }) {
            __typename
        } }",
        [MISSING, INVALID, RENAMED, RENAMED, REVOKED, RENAMED],
    ),
    Row(
        "changePassword",
        "mutation { changePassword(input: {
            currentPassword: \"correct horse battery\", newPassword: \"staple battery horse\"
        }) { __typename } }",
        [MISSING, INVALID, CHANGED, CHANGED, REVOKED, CHANGED],
    ),
    Row(
        "requestEmailVerification",
        "mutation { requestEmailVerification { __typename } }",
        [MISSING, INVALID, TO_VERIFY, TO_VERIFY, REVOKED, TO_VERIFY],
    ),
    Row("verifyEmail", "mutation { verifyEmail(input: { token: \"invalid\" }) { __typename } }", ["TicketRejected"; 6]),
    Row(
        "correctEmail",
        "mutation { correctEmail(input: { identifier: \"$fresh\", password: \"a\", newEmail: \"$fresh@example.com\" }) {
            __typename
        } }",
        ["InvalidCredentials"; 6],
    ),
    Row(
        "requestPasswordReset",
        "mutation { requestPasswordReset(input: { email: \"$email\" }) { __typename } }",
        ["RequestPasswordResetSuccess"; 6],
    ),
    Row(
        "resetPassword",
        "mutation { resetPassword(input: { token: \"invalid\", newPassword: \"staple battery horse\" }) { __typename } }",
        ["TicketRejected"; 6],
    ),
    Row(
        "requestEmailChange",
        "mutation { requestEmailChange(input: {
            newEmail: \"$fresh@example.com\", currentPassword: \"correct horse battery\"
        }) { __typename } }",
        [MISSING, INVALID, TO_CHANGE, TO_CHANGE, REVOKED, TO_CHANGE],
    ),
    Row(
        "confirmEmailChange",
        "mutation { confirmEmailChange(input: { token: \"invalid\" }) { __typename } }",
        [MISSING, INVALID, "TicketRejected", "TicketRejected", REVOKED, "TicketRejected"],
    ),
    Row(
        "sessionEnded",
        "subscription { sessionEnded { id } }",
        [MISSING, INVALID, SUBSCRIBED, SUBSCRIBED, REVOKED, SUBSCRIBED],
    ),
    // For gateways: the public fields of a user are visible to every caller.
    Row(
        "_entities",
        "{ _entities(representations: [{ __typename: \"User\", id: \"$user\" }]) { __typename } }",
        ["1"; 6],
    ),
    Row("_service", "{ _service { __typename } }", ["_Service"; 6]),
];

const MISSING: &str = "UNAUTHENTICATED MISSING";
const INVALID: &str = "UNAUTHENTICATED INVALID";
const REVOKED: &str = "UNAUTHENTICATED REVOKED";
const VALID: &str = "Token is valid";
const LIST: &str = "SessionConnection";
const OUT: &str = "LogoutSuccess";
const RENAMED: &str = "ChangeUsernameSuccess";
const OTHERS_OUT: &str = "RevokeOtherSessionsSuccess";
const UPDATED: &str = "UpdateProfileSuccess";
const TO_VERIFY: &str = "RequestEmailVerificationSuccess";
const TO_CHANGE: &str = "RequestEmailChangeSuccess";
const SUBSCRIBED: &str = "subscribed";
const CHANGED: &str = "ChangePasswordSuccess";

async fn every_caller_gets_the_answer_in_the_table(app: &TestApp) {
    for (row, Row(operation, document, answers)) in TABLE.iter().enumerate() {
        for (column, (caller, expected)) in CALLERS.iter().zip(answers).enumerate() {
            let (client, document) = scene(app, caller, document, &format!("{row}x{column}")).await;
            let answer = if document.starts_with("subscription") {
                subscribed(app, &client, &document).await
            } else {
                outcome(&client.execute(&document, json!({})).await, operation)
            };
            assert_eq!(&answer, expected, "{operation} by {caller}: {document}");
        }
    }
}

/// Registers a new Ada, and returns a client of the caller and the document about Ada.
async fn scene(app: &TestApp, caller: &str, document: &str, name: &str) -> (Client, String) {
    let email = format!("ada{name}@example.com");
    let registration = app.anonymous().register(&email).await;
    let of_ada = |path: &str| at(&registration, &format!("data.register.{path}")).as_str().unwrap().to_owned();
    let document = document
        .replace("$user", &of_ada("user.id"))
        .replace("$session", &of_ada("session.id"))
        .replace("$access", &of_ada("tokens.accessToken"))
        .replace("$refresh", &of_ada("tokens.refreshToken"))
        .replace("$email", &email)
        .replace("$fresh", &format!("fresh{name}"));

    let other = format!("other{name}@example.com");
    let client = match caller {
        "anonymous" => app.anonymous(),
        "bad token" => app.with_token("forged"),
        "Ada" => app.logged_in(&email, PASSWORD).await,
        "another user" => app.registered(&other).await,
        "Ada, disabled" => {
            let ada = app.logged_in(&email, PASSWORD).await;
            app.sql(&format!("UPDATE users SET disabled_at = created_at WHERE email = '{email}'")).await;
            ada
        }
        "an admin" => {
            let admin = app.registered(&other).await;
            app.sql(&format!("UPDATE users SET role = 'admin' WHERE email = '{other}'")).await;
            admin
        }
        unknown => panic!("unknown caller {unknown}"),
    };
    (client, document)
}

/// The outcome of a subscription, in a word or two.
async fn subscribed(app: &TestApp, client: &Client, document: &str) -> String {
    let protocol = [("sec-websocket-protocol", PROTOCOL)];
    let mut subscriber = Subscriber::connect(&app.url("/graphql"), &protocol).await.expect("connected");
    let bearer = client.token.as_ref().map(|token| format!("Bearer {token}"));
    subscriber.send(&json!({ "type": "connection_init", "payload": { "authorization": bearer } })).await;
    match subscriber.next().await {
        Received::Closed(4403, reason) => return format!("UNAUTHENTICATED {reason}"),
        Received::Message(ack) => assert_eq!(ack, json!({ "type": "connection_ack" })),
        closed @ Received::Closed(..) => panic!("{closed:?}"),
    }
    subscriber.subscribe("1", document).await;
    assert!(subscriber.is_silent().await);
    "subscribed".to_owned()
}

/// The outcome of an operation, in a word or two.
fn outcome(answer: &Value, operation: &str) -> String {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let extensions = &answer["errors"][0]["extensions"];
    if let Some(code) = text(&extensions["code"]) {
        return text(&extensions["reason"]).map_or(code.clone(), |reason| format!("{code} {reason}"));
    }
    match &answer["data"][operation] {
        Value::Null => "null".to_owned(),
        Value::Array(list) => list.len().to_string(),
        value => text(&value["__typename"]).or(text(&value["message"])).unwrap_or_else(|| panic!("{answer}")),
    }
}

async fn no_operation_is_missing_from_the_table(app: &TestApp) {
    let document = "{ __schema {
        queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } }
    } }";
    let answer = app.anonymous().execute(document, json!({})).await;
    let kinds = at(&answer, "data.__schema").as_object().unwrap().values();
    let fields = kinds.filter_map(|kind| kind["fields"].as_array()).flatten();
    let operations: BTreeSet<&str> = fields.map(|field| field["name"].as_str().unwrap()).collect();
    let table: BTreeSet<&str> = TABLE.iter().map(|Row(operation, ..)| *operation).collect();
    assert!(operations.len() >= 14);
    assert_eq!(operations, table);
}
