//! A request that ends its own session: the later fields are refused, and change nothing.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, client::Client, mail::ReceivedMail, on_both_databases};

on_both_databases![
    fields_after_one_that_ends_the_own_session_are_refused,
    the_selections_of_a_field_that_ends_the_session_are_resolved,
    fields_after_one_that_ends_other_sessions_are_executed,
];

/// The fields that end the session, whether they accept a password, and the number of their events.
const ENDS: [(&str, bool, i64); 5] = [
    ("logout { __typename }", false, 1),
    ("revokeSession(input: { sessionId: \"$session\" }) { __typename }", false, 1),
    ("refreshToken(input: { refreshToken: \"$old\" }) { __typename }", false, 1),
    ("resetPassword(input: { token: \"$ticket\", newPassword: \"staple battery horse\" }) { __typename }", true, 1),
    // The 101st session ends the least recently used one.
    ("login(input: { identifier: \"$email\", password: \"correct horse battery\" }) { __typename }", true, 2),
];

/// Every mutation that requires an access token, and whether it accepts a password.
const GUARDED: [(&str, bool); 8] = [
    ("logout { __typename }", false),
    ("revokeSession(input: { sessionId: \"$session\" }) { __typename }", false),
    ("revokeOtherSessions { __typename }", false),
    ("updateProfile(input: { displayName: \"x\" }) { __typename }", false),
    (
        "changePassword(input: {
            currentPassword: \"correct horse battery\", newPassword: \"battery staple horse\"
        }) { __typename }",
        true,
    ),
    ("requestEmailVerification { __typename }", false),
    (
        "requestEmailChange(input: {
            newEmail: \"new@example.com\", currentPassword: \"correct horse battery\"
        }) { __typename }",
        true,
    ),
    ("confirmEmailChange(input: { token: \"invalid\" }) { __typename }", false),
];

async fn fields_after_one_that_ends_the_own_session_are_refused(app: &TestApp) {
    for (n, (ends, with_password, events)) in ENDS.into_iter().enumerate() {
        for (m, (guarded, also_with_password)) in GUARDED.into_iter().enumerate() {
            // A request must not have two fields that accept a password.
            if with_password && also_with_password {
                continue;
            }
            let (ada, ends) = scene(app, ends, &format!("ada{n}x{m}@example.com")).await;
            let session = ada.session_id().await;
            let after = if also_with_password { &["next"][..] } else { &["next", "last"] };
            let guarded = after.iter().fold(String::new(), |all, field| format!("{all} {field}: {guarded}"));
            let document = format!("mutation {{ ends: {ends}{guarded} }}").replace("$session", &session);
            let before = app.count("events").await;
            let open = "sessions WHERE ended_at IS NULL";
            let open_before = app.count(open).await;

            let answer = ada.execute(&document, json!({})).await;
            assert!(at(&answer, "data.ends.__typename").is_string(), "{document}: {answer}");
            for (n, field) in after.iter().enumerate() {
                assert_eq!(answer["data"][field], Value::Null, "{document}: {answer}");
                let error = &answer["errors"][n];
                assert_eq!(error["path"], json!([field]), "{answer}");
                assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED", "{answer}");
                assert_eq!(error["extensions"]["reason"], "REVOKED", "{answer}");
            }
            assert_eq!(app.count("events").await, before + events, "{document}");
            if !ends.starts_with("resetPassword") {
                let now_open = open_before - i64::from(!ends.starts_with("login"));
                assert_eq!(app.count(open).await, now_open, "{document}");
            }
            assert_eq!(app.count("users WHERE display_name IS NOT NULL").await, 0, "{document}");
        }
    }
}

/// Registers a user with another session, and returns a client and the field that ends the client's session.
async fn scene(app: &TestApp, ends: &str, email: &str) -> (Client, String) {
    let anonymous = app.anonymous();
    let registration = anonymous.register(email).await;
    let ada = app.with_token(at(&registration, "data.register.tokens.accessToken").as_str().unwrap());
    let mut ends = ends.replace("$email", email);
    if ends.contains("$old") {
        let old = at(&registration, "data.register.tokens.refreshToken").as_str().unwrap().to_owned();
        let next = anonymous.refresh(&old).await;
        anonymous.refresh(at(&next, "data.refreshToken.tokens.refreshToken").as_str().unwrap()).await;
        // Beyond the grace period.
        app.clock.advance(TimeDelta::seconds(16));
        ends = ends.replace("$old", &old);
    }
    if ends.contains("$ticket") {
        anonymous.request_password_reset(email).await;
        ends = ends.replace("$ticket", &ticket_to(app, email).await);
    }
    let others = if ends.starts_with("login") { 99 } else { 1 };
    app.copy_session(email, others, "NULL").await;
    (ada, ends)
}

/// Waits for the mail with the token for a password reset, and returns the token.
pub(super) async fn ticket_to(app: &TestApp, email: &str) -> String {
    let folder = app.database.folder.path().join("mail");
    for _ in 0..1000 {
        let files = std::fs::read_dir(&folder).map_or_else(|_| Vec::new(), |files| files.flatten().collect());
        for file in files {
            let Ok(raw) = std::fs::read(file.path()) else { continue };
            let text = String::from_utf8_lossy(&raw);
            if text.contains(email) && text.contains("reset-password") && text.contains("</html>") {
                return ReceivedMail::read(&raw).token().to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no mail to {email}");
}

async fn the_selections_of_a_field_that_ends_the_session_are_resolved(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let document = "mutation {
        logout { ... on LogoutSuccess { session { id current endedAt } } }
        again: logout { __typename }
    }";
    let answer = ada.execute(document, json!({})).await;
    assert_eq!(at(&answer, "data.logout.session.current"), true, "{answer}");
    assert!(at(&answer, "data.logout.session.endedAt").is_string(), "{answer}");
    assert_eq!(at(&answer, "data.again"), &Value::Null);
}

async fn fields_after_one_that_ends_other_sessions_are_executed(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.logged_in("ada@example.com", PASSWORD).await;
    let document = "mutation {
        a: revokeOtherSessions { ... on RevokeOtherSessionsSuccess { endedSessions } }
        b: updateProfile(input: { displayName: \"Ada\" }) { ... on UpdateProfileSuccess { user { displayName } } }
        c: updateProfile(input: { displayName: \"A.\" }) { ... on UpdateProfileSuccess { user { displayName } } }
        d: logout { __typename }
    }";
    let answer = ada.execute(document, json!({})).await;
    assert_eq!(answer["errors"], Value::Null);
    let expected = json!({
        "a": { "endedSessions": 1 },
        "b": { "user": { "displayName": "Ada" } },
        "c": { "user": { "displayName": "A." } },
        "d": { "__typename": "LogoutSuccess" },
    });
    assert_eq!(answer["data"], expected);
}
