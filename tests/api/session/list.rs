//! `sessions`, `logout`, `revokeSession` and `revokeOtherSessions`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{PASSWORD, TestApp, at, on_both_databases};

on_both_databases![
    sessions_are_listed_newest_first_and_page_by_page,
    a_user_cannot_list_or_end_sessions_of_other_users,
    invalid_page_arguments_are_refused,
    logging_out_ends_this_session_and_no_other,
    a_session_is_ended_from_another_device,
    all_other_sessions_are_ended_together,
    the_last_use_is_recorded_to_the_minute,
    expired_sessions_are_removed,
];

fn ids(answer: &Value) -> Vec<String> {
    let nodes = at(answer, "data.sessions.nodes").as_array().unwrap_or_else(|| panic!("{answer}"));
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

async fn sessions_are_listed_newest_first_and_page_by_page(app: &TestApp) {
    let mut devices = vec![app.registered("ada@example.com").await.session_id().await];
    for _ in 0..4 {
        app.clock.advance(TimeDelta::seconds(1));
        devices.push(app.logged_in("ada@example.com", PASSWORD).await.session_id().await);
    }
    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    devices.push(ada.session_id().await);
    devices.reverse();

    let all = ada.sessions("").await;
    assert_eq!(ids(&all), devices);
    let current: Vec<bool> =
        at(&all, "data.sessions.nodes").as_array().unwrap().iter().map(|node| node["current"] == true).collect();
    assert_eq!(current, [true, false, false, false, false, false]);
    assert_eq!(at(&all, "data.sessions.pageInfo.hasNextPage"), false);

    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = ada.sessions(&format!("(first: 2{after})")).await;
        seen.extend(ids(&page));
        let info = at(&page, "data.sessions.pageInfo");
        assert_eq!(info["hasPreviousPage"], json!(!after.is_empty()));
        assert_eq!(&info["endCursor"], at(&page, "data.sessions.edges.1.cursor"));
        after = format!(", after: {}", info["endCursor"]);
        if info["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen, devices);
    let beyond = ada.sessions(&format!("(first: 2{after})")).await;
    assert_eq!(ids(&beyond), Vec::<String>::new());
    assert_eq!(at(&beyond, "data.sessions.pageInfo.endCursor"), &Value::Null);
}

async fn a_user_cannot_list_or_end_sessions_of_other_users(app: &TestApp) {
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    let admin = app.admin().await;
    let session_of_ada = ada.session_id().await;
    for other in [&bob, &admin] {
        assert_eq!(ids(&other.sessions("").await), [other.session_id().await]);
        for id in [&*session_of_ada, "01a1fde1-c0bc-7b72-8c94-579e61b3219e", "invalid", &session_of_ada.to_uppercase()]
        {
            let answer = other.revoke_session(id).await;
            assert_eq!(at(&answer, "data.revokeSession.code"), "SESSION_NOT_FOUND", "{answer}");
        }
        other.revoke_other_sessions().await;
    }
    assert_eq!(ada.token_rejection().await, Value::Null);
    for operation in [
        app.anonymous().sessions("").await,
        app.anonymous().logout().await,
        app.anonymous().revoke_session(&session_of_ada).await,
        app.anonymous().revoke_other_sessions().await,
    ] {
        assert_eq!(at(&operation, "errors.0.extensions.reason"), "MISSING", "{operation}");
    }
}

async fn invalid_page_arguments_are_refused(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    for arguments in ["(first: 0)", "(first: -1)", "(first: 101)", "(after: \"\")", "(after: \"nonsense\")"] {
        let answer = ada.sessions(arguments).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT", "{arguments}");
        assert_eq!(at(&answer, "data.sessions"), &Value::Null);
    }
    assert_eq!(ids(&ada.sessions("(first: 100)").await).len(), 1);
}

async fn logging_out_ends_this_session_and_no_other(app: &TestApp) {
    let other = app.registered("ada@example.com").await;
    let login = app.anonymous().login("ada@example.com", PASSWORD).await;
    let ada = app.with_token(at(&login, "data.login.tokens.accessToken").as_str().unwrap());

    let answer = ada.logout().await;
    assert_eq!(at(&answer, "data.logout.__typename"), "LogoutSuccess", "{answer}");
    assert_eq!(at(&answer, "data.logout.session.id"), at(&login, "data.login.session.id"));
    assert_eq!(at(&answer, "data.logout.session.current"), true);
    assert!(at(&answer, "data.logout.session.endedAt").is_string());

    assert_eq!(ada.token_rejection().await, "REVOKED");
    let refresh = ada.refresh(at(&login, "data.login.tokens.refreshToken").as_str().unwrap()).await;
    assert_eq!(at(&refresh, "data.refreshToken.reason"), "REVOKED");
    assert_eq!(at(&ada.logout().await, "errors.0.extensions.reason"), "REVOKED");
    assert_eq!(ids(&other.sessions("").await), [other.session_id().await]);
}

async fn a_session_is_ended_from_another_device(app: &TestApp) {
    let lost = app.registered("ada@example.com").await;
    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    let id = lost.session_id().await;

    let answer = ada.revoke_session(&id).await;
    assert_eq!(at(&answer, "data.revokeSession.session.id"), &id, "{answer}");
    assert_eq!(at(&answer, "data.revokeSession.session.current"), false);
    assert_eq!(lost.token_rejection().await, "REVOKED");
    assert_eq!(at(&ada.revoke_session(&id).await, "data.revokeSession.code"), "SESSION_NOT_FOUND");
    assert_eq!(ids(&ada.sessions("").await), [ada.session_id().await]);

    let own = ada.session_id().await;
    assert_eq!(at(&ada.revoke_session(&own).await, "data.revokeSession.session.current"), true);
    assert_eq!(ada.token_rejection().await, "REVOKED");
}

async fn all_other_sessions_are_ended_together(app: &TestApp) {
    let mut others = vec![app.registered("ada@example.com").await];
    for _ in 0..3 {
        others.push(app.logged_in("ada@example.com", PASSWORD).await);
    }
    let ada = app.logged_in("ada@example.com", PASSWORD).await;
    let ended = |answer: Value| at(&answer, "data.revokeOtherSessions.endedSessions").clone();
    assert_eq!(ended(ada.revoke_other_sessions().await), 4);
    assert_eq!(ended(ada.revoke_other_sessions().await), 0);
    for other in others {
        assert_eq!(other.token_rejection().await, "REVOKED");
    }
    assert_eq!(ada.token_rejection().await, Value::Null);
}

async fn the_last_use_is_recorded_to_the_minute(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let used = async || at(&ada.sessions("").await, "data.sessions.nodes.0.lastUsedAt").as_str().unwrap().to_owned();
    let first = used().await;
    app.clock.advance(TimeDelta::seconds(50));
    assert_eq!(used().await, first);

    app.clock.advance(TimeDelta::seconds(11));
    let mut second = used().await;
    for _ in 0..100 {
        if second != first {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        second = used().await;
    }
    assert!(second > first, "{second}");
    app.clock.advance(TimeDelta::seconds(30));
    for _ in 0..5 {
        assert_eq!(used().await, second);
    }
}

async fn expired_sessions_are_removed(app: &TestApp) {
    app.registered("ada@example.com").await;
    for _ in 0..3 {
        app.logged_in("ada@example.com", PASSWORD).await;
    }
    app.clock.advance(TimeDelta::days(29));
    let bob = app.registered("bob@example.com").await;
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("sessions").await, 5);

    app.clock.advance(TimeDelta::days(1));
    // A server cleans up at its start, and regularly after that.
    app.second_instance().await;
    for _ in 0..100 {
        if app.count("sessions").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(app.count("sessions").await, 1);
    let refreshed = bob.token_rejection().await;
    assert_eq!(refreshed, "EXPIRED", "the token has expired, not the session");
}
