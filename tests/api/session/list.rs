//! The devices that are signed in: listed, and ended from anywhere.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{House, PASSWORD, at, client::Client, on_both_databases};

on_both_databases![
    sessions_are_listed_newest_first_and_page_by_page,
    nobody_sees_or_ends_the_sessions_of_others,
    a_page_must_make_sense,
    logging_out_ends_this_session_and_no_other,
    a_session_is_ended_from_another_device,
    all_other_sessions_are_ended_at_once,
    a_use_is_noted_to_the_minute,
    expired_sessions_are_removed,
];

fn ids(answer: &Value) -> Vec<String> {
    let nodes = at(answer, "data.sessions.nodes").as_array().unwrap_or_else(|| panic!("{answer}"));
    nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

async fn sid(client: &Client) -> String {
    let claims = client.verify(client.token.as_deref().unwrap()).await;
    at(&claims, "claims.sid").as_str().unwrap().to_owned()
}

async fn sessions_are_listed_newest_first_and_page_by_page(house: &House) {
    let mut devices = vec![sid(&house.registered("ada@example.com").await).await];
    for _ in 0..4 {
        house.hands.advance(TimeDelta::seconds(1));
        devices.push(sid(&house.logged_in("ada@example.com", PASSWORD).await).await);
    }
    let ada = house.logged_in("ada@example.com", PASSWORD).await;
    devices.push(sid(&ada).await);
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

async fn nobody_sees_or_ends_the_sessions_of_others(house: &House) {
    let (ada, bob) = (house.registered("ada@example.com").await, house.registered("bob@example.com").await);
    let admin = house.admin().await;
    let hers = sid(&ada).await;
    for other in [&bob, &admin] {
        assert_eq!(ids(&other.sessions("").await), [sid(other).await]);
        for id in [&*hers, "01a1fde1-c0bc-7b72-8c94-579e61b3219e", "nonsense", &hers.to_uppercase()] {
            let answer = other.revoke_session(id).await;
            assert_eq!(at(&answer, "data.revokeSession.code"), "SESSION_NOT_FOUND", "{answer}");
        }
        other.revoke_other_sessions().await;
    }
    assert_eq!(ada.rejection().await, Value::Null);
    for operation in [
        house.anonymous().sessions("").await,
        house.anonymous().logout().await,
        house.anonymous().revoke_session(&hers).await,
        house.anonymous().revoke_other_sessions().await,
    ] {
        assert_eq!(at(&operation, "errors.0.extensions.reason"), "MISSING", "{operation}");
    }
}

async fn a_page_must_make_sense(house: &House) {
    let ada = house.registered("ada@example.com").await;
    for arguments in ["(first: 0)", "(first: -1)", "(first: 101)", "(after: \"\")", "(after: \"nonsense\")"] {
        let answer = ada.sessions(arguments).await;
        assert_eq!(at(&answer, "errors.0.extensions.code"), "BAD_USER_INPUT", "{arguments}");
        assert_eq!(at(&answer, "data.sessions"), &Value::Null);
    }
    assert_eq!(ids(&ada.sessions("(first: 100)").await).len(), 1);
}

async fn logging_out_ends_this_session_and_no_other(house: &House) {
    let other = house.registered("ada@example.com").await;
    let entered = house.anonymous().login("ada@example.com", PASSWORD).await;
    let ada = house.with_token(at(&entered, "data.login.tokens.accessToken").as_str().unwrap());

    let answer = ada.logout().await;
    assert_eq!(at(&answer, "data.logout.__typename"), "LogoutSuccess", "{answer}");
    assert_eq!(at(&answer, "data.logout.session.id"), at(&entered, "data.login.session.id"));
    assert_eq!(at(&answer, "data.logout.session.current"), true);
    assert!(at(&answer, "data.logout.session.endedAt").is_string());

    assert_eq!(ada.rejection().await, "REVOKED");
    let refresh = ada.refresh(at(&entered, "data.login.tokens.refreshToken").as_str().unwrap()).await;
    assert_eq!(at(&refresh, "data.refreshToken.reason"), "REVOKED");
    assert_eq!(at(&ada.logout().await, "errors.0.extensions.reason"), "REVOKED");
    assert_eq!(ids(&other.sessions("").await), [sid(&other).await]);
}

async fn a_session_is_ended_from_another_device(house: &House) {
    let lost = house.registered("ada@example.com").await;
    let ada = house.logged_in("ada@example.com", PASSWORD).await;
    let id = sid(&lost).await;

    let answer = ada.revoke_session(&id).await;
    assert_eq!(at(&answer, "data.revokeSession.session.id"), &id, "{answer}");
    assert_eq!(at(&answer, "data.revokeSession.session.current"), false);
    assert_eq!(lost.rejection().await, "REVOKED");
    assert_eq!(at(&ada.revoke_session(&id).await, "data.revokeSession.code"), "SESSION_NOT_FOUND");
    assert_eq!(ids(&ada.sessions("").await), [sid(&ada).await]);

    let own = sid(&ada).await;
    assert_eq!(at(&ada.revoke_session(&own).await, "data.revokeSession.session.current"), true);
    assert_eq!(ada.rejection().await, "REVOKED");
}

async fn all_other_sessions_are_ended_at_once(house: &House) {
    let mut others = vec![house.registered("ada@example.com").await];
    for _ in 0..3 {
        others.push(house.logged_in("ada@example.com", PASSWORD).await);
    }
    let ada = house.logged_in("ada@example.com", PASSWORD).await;
    let ended = |answer: Value| at(&answer, "data.revokeOtherSessions.endedSessions").clone();
    assert_eq!(ended(ada.revoke_other_sessions().await), 4);
    assert_eq!(ended(ada.revoke_other_sessions().await), 0);
    for other in others {
        assert_eq!(other.rejection().await, "REVOKED");
    }
    assert_eq!(ada.rejection().await, Value::Null);
}

async fn a_use_is_noted_to_the_minute(house: &House) {
    let ada = house.registered("ada@example.com").await;
    let used = async || at(&ada.sessions("").await, "data.sessions.nodes.0.lastUsedAt").as_str().unwrap().to_owned();
    let first = used().await;
    house.hands.advance(TimeDelta::seconds(50));
    assert_eq!(used().await, first);

    house.hands.advance(TimeDelta::seconds(11));
    let mut second = used().await;
    for _ in 0..100 {
        if second != first {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        second = used().await;
    }
    assert!(second > first, "{second}");
    house.hands.advance(TimeDelta::seconds(30));
    for _ in 0..5 {
        assert_eq!(used().await, second);
    }
}

async fn expired_sessions_are_removed(house: &House) {
    house.registered("ada@example.com").await;
    for _ in 0..3 {
        house.logged_in("ada@example.com", PASSWORD).await;
    }
    house.hands.advance(TimeDelta::days(29));
    let bob = house.registered("bob@example.com").await;
    house.accounts.clean_up().await.unwrap();
    assert_eq!(house.count("sessions").await, 5);

    house.hands.advance(TimeDelta::days(1));
    // A server that starts does it, and goes on doing it.
    house.neighbour().await;
    for _ in 0..100 {
        if house.count("sessions").await == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(house.count("sessions").await, 1);
    let refreshed = bob.rejection().await;
    assert_eq!(refreshed, "EXPIRED", "the token, not the session");
}
