//! A user with very many open sessions: ending them all is one write, and nothing that follows is slow.

use chrono::TimeDelta;
use serde_json::{Value, json};

use latchkey::accounts::{Caller, Page, UserId};

use super::ended_within_request::ticket_to;
use crate::support::{
    OTHER_PASSWORD, PASSWORD, TestApp, at,
    client::Client,
    on_both_databases,
    subscriber::{Received, Subscriber},
};

on_both_databases![
    every_verb_ends_all_other_sessions_on_every_instance,
    the_rows_are_removed_in_the_background_and_after_a_restart,
    a_login_reduces_the_open_sessions_to_a_hundred,
    the_order_of_a_login_and_a_change_does_not_depend_on_clocks,
    the_session_of_a_subscriber_ends_with_the_others,
    a_session_that_a_previous_release_opens_is_open,
    an_ended_session_cannot_be_kept_or_ended_again,
];

const MANY: u32 = 20_000;
const COUNTED: i64 = 2_000;

/// The ids of the open sessions, as their user sees them.
async fn open(client: &Client) -> Vec<String> {
    let answer = client.sessions("(first: 100)").await;
    let nodes = at(&answer, "data.sessions.nodes").as_array().unwrap_or_else(|| panic!("{answer}"));
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

async fn every_verb_ends_all_other_sessions_on_every_instance(app: &TestApp) {
    let second = app.second_instance().await;
    let admin = app.admin().await;
    let Ok(Caller::Known(admin)) = app.accounts.authenticate(admin.token.as_deref()).await else { panic!("known") };
    let admin = admin.admin().expect("an admin");
    for verb in ["change", "revoke_others", "reset", "disable", "set_password", "end_sessions"] {
        let email = &*format!("{verb}@example.com");
        let registration = app.anonymous().register(email).await;
        let acting = app.with_token(at(&registration, "data.register.tokens.accessToken").as_str().unwrap());
        let victim = app.anonymous().login(email, PASSWORD).await;
        let refresh = at(&victim, "data.login.tokens.refreshToken").as_str().unwrap().to_owned();
        let victim = app.with_token(at(&victim, "data.login.tokens.accessToken").as_str().unwrap());
        app.copy_session(email, MANY, "NULL").await;
        let user = UserId::parse(&acting.id().await).unwrap();

        let (ended, keeps) = match verb {
            "change" => {
                let answer = acting.change_password(PASSWORD, OTHER_PASSWORD).await;
                (at(&answer, "data.changePassword.endedSessions").clone(), true)
            }
            "revoke_others" => {
                let answer = acting.revoke_other_sessions().await;
                (at(&answer, "data.revokeOtherSessions.endedSessions").clone(), true)
            }
            "reset" => {
                app.anonymous().request_password_reset(email).await;
                let token = ticket_to(app, email).await;
                let answer = app.anonymous().reset_password(&token, OTHER_PASSWORD).await;
                (at(&answer, "data.resetPassword.endedSessions").clone(), false)
            }
            "disable" => (json!(app.accounts.disable_user(&admin, user).await.unwrap().ended_sessions), false),
            "set_password" => {
                let set = app.accounts.set_password(&admin, user, &OTHER_PASSWORD.into()).await;
                (json!(set.unwrap().ended_sessions), false)
            }
            _ => (json!(app.accounts.end_sessions(&admin, user).await.unwrap().ended_sessions), false),
        };
        assert_eq!(ended, COUNTED, "{verb}");
        let victim_there = Client::new(second.clone(), victim.token.clone());
        let acting_there = Client::new(second.clone(), acting.token.clone());
        for client in [&victim, &victim_there] {
            assert_eq!(client.token_rejection().await, "REVOKED", "{verb}");
            assert_eq!(at(&client.profile().await, "errors.0.extensions.reason"), "REVOKED", "{verb}");
        }
        let expected = if keeps { Value::Null } else { json!("REVOKED") };
        for client in [&acting, &acting_there] {
            assert_eq!(client.token_rejection().await, expected, "{verb}");
        }
        assert_eq!(at(&victim_there.refresh(&refresh).await, "data.refreshToken.reason"), "REVOKED", "{verb}");

        let page = Page { first: 10, after: None };
        let listed = app.accounts.sessions_of(&admin, user, page).await.unwrap();
        assert_eq!((listed.sessions.len(), listed.has_next), (usize::from(keeps), false), "{verb}");
        if verb != "disable" {
            let password = if ["revoke_others", "end_sessions"].contains(&verb) { PASSWORD } else { OTHER_PASSWORD };
            let next = app.logged_in(email, password).await;
            assert_eq!(open(&next).await.len(), 1 + usize::from(keeps), "{verb}");
        }
    }
}

async fn the_rows_are_removed_in_the_background_and_after_a_restart(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.copy_session("ada@example.com", MANY, "NULL").await;
    ada.revoke_other_sessions().await;
    app.wait_until("session_removals", 0).await;
    assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 1);
    assert_eq!(app.count("sessions").await, 2_001, "the newest are kept for a day, as ended");

    // A server that stops before it has removed them: the next cleanup does.
    app.copy_session("ada@example.com", MANY, "NULL").await;
    app.sql("UPDATE sessions SET generation = 0 WHERE refresh_token_hash IS NULL AND ended_at IS NULL").await;
    app.sql("INSERT INTO session_removals (user_id, generation) SELECT id, session_generation FROM users").await;
    assert_eq!(open(&ada).await.len(), 1);
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("sessions").await, 2_001);
    assert_eq!(app.count("session_removals").await, 0);
    assert_eq!(ada.token_rejection().await, Value::Null);
}

async fn a_login_reduces_the_open_sessions_to_a_hundred(app: &TestApp) {
    app.registered("ada@example.com").await;
    app.copy_session("ada@example.com", MANY, "NULL").await;
    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(open(&ada).await.len(), 100);
    assert!(open(&ada).await.contains(&ada.session_id().await));
    let next = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(open(&next).await.len(), 100);
    assert_eq!(next.token_rejection().await, Value::Null);
    app.wait_until("session_removals", 0).await;
    assert_eq!(app.count("sessions WHERE ended_at IS NULL").await, 100);
}

async fn the_order_of_a_login_and_a_change_does_not_depend_on_clocks(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    // The clock of one instance is an hour ahead at a login before, that of another an hour behind at a login after.
    for ahead in [TimeDelta::hours(1), TimeDelta::hours(-1)] {
        app.clock.advance(ahead);
        let before = app.logged_in("ada@example.com", PASSWORD).await;
        app.clock.advance(-ahead);
        let kept = app.logged_in("ada@example.com", PASSWORD).await;
        app.copy_session("ada@example.com", MANY, "NULL").await;
        kept.revoke_other_sessions().await;
        app.clock.advance(ahead);
        let after = app.logged_in("ada@example.com", PASSWORD).await;
        assert_eq!(after.token_rejection().await, Value::Null);
        assert_eq!(before.token_rejection().await, "REVOKED");
        app.clock.advance(-ahead);
        assert_eq!(open(&kept).await.len(), 2);
        assert_eq!(ada.token_rejection().await, "REVOKED");
    }
}

async fn the_session_of_a_subscriber_ends_with_the_others(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let victim = app.logged_in("ada@example.com", PASSWORD).await;
    let id = victim.session_id().await;
    app.copy_session("ada@example.com", MANY, "NULL").await;
    let mut subscriber = Subscriber::to_session_ended(&app.url("/graphql"), victim.token.as_deref().unwrap()).await;
    ada.change_password(PASSWORD, OTHER_PASSWORD).await;

    let mut notified = 0;
    let last = loop {
        notified += 1;
        let ended = subscriber.ended_session().await;
        assert!(ended["endedAt"].is_string(), "{ended}");
        if ended["current"] == true {
            break ended;
        }
    };
    assert_eq!(last["id"], id, "the own session is the last one");
    assert!(notified <= 2_001, "{notified} notifications");
    assert_eq!(subscriber.next().await, Received::Message(json!({ "type": "complete", "id": "1" })));
    assert_eq!(subscriber.next().await, Received::Closed(4403, "REVOKED".to_owned()));
}

async fn a_session_that_a_previous_release_opens_is_open(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.sql("UPDATE users SET session_generation = 3").await;
    assert_eq!(ada.token_rejection().await, "REVOKED", "a session of an earlier generation");
    app.sql("UPDATE sessions SET generation = 3").await;
    // It inserts sessions without a generation, and ends them by their row.
    app.copy_session("ada@example.com", 3, "NULL").await;
    assert_eq!(open(&ada).await.len(), 4);
    app.sql("UPDATE sessions SET ended_at = created_at WHERE refresh_token_hash IS NULL").await;
    assert_eq!(open(&ada).await.len(), 1);
}

async fn an_ended_session_cannot_be_kept_or_ended_again(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let victim = app.logged_in("ada@example.com", PASSWORD).await;
    let id = victim.session_id().await;
    // Its row does not show yet that it has ended.
    app.sql("UPDATE users SET session_generation = 1").await;
    let first = "created_at = (SELECT MIN(created_at) FROM sessions)";
    app.sql(&format!("UPDATE sessions SET generation = 1 WHERE {first}")).await;
    let answer = ada.revoke_session(&id).await;
    assert_eq!(at(&answer, "data.revokeSession.code"), "SESSION_NOT_FOUND");
    assert_eq!(at(&victim.revoke_other_sessions().await, "errors.0.extensions.reason"), "REVOKED");
    assert_eq!(open(&ada).await.len(), 1);
}
