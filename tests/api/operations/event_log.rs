//! Events in the log, with the names of OWASP's Logging Vocabulary.

use serde_json::{Value, json};

use crate::support::{
    OTHER_PASSWORD, PASSWORD, at,
    program::{Server, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_the_events_in_order_with_their_users() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--log-format", "json", "--bcrypt-cost", "10"]));
    let anonymous = server.client(None);
    let text = |value: &Value| value.as_str().expect("text").to_owned();

    let login = anonymous.register("ada@example.com").await;
    let ada_id = text(at(&login, "data.register.user.id"));
    let bob = anonymous.register("bob@example.com").await;
    let bob_id = text(at(&bob, "data.register.user.id"));
    anonymous.login("unknown@example.com", PASSWORD).await;
    anonymous.login("ada@example.com", "a wrong password").await;
    let login = anonymous.login("ada@example.com", PASSWORD).await;
    let ada = server.client(Some(text(at(&login, "data.login.tokens.accessToken"))));
    let session = text(at(&ada.sessions("(first: 1)").await, "data.sessions.edges.0.node.id"));

    ada.profile_of(Some(&bob_id)).await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    ada.update_profile(json!({})).await;
    // Only the first of several within a second is logged.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    ada.update_profile(json!({ "userId": bob_id, "displayName": "Bob" })).await;
    ada.change_password("a wrong password", OTHER_PASSWORD).await;
    ada.change_password(PASSWORD, OTHER_PASSWORD).await;
    ada.revoke_other_sessions().await;
    anonymous.login("ada@example.com", OTHER_PASSWORD).await;
    ada.revoke_other_sessions().await;
    ada.logout().await;

    let first = text(at(&bob, "data.register.tokens.refreshToken"));
    let second = text(at(&anonymous.refresh(&first).await, "data.refreshToken.tokens.refreshToken"));
    anonymous.refresh(&second).await;
    anonymous.refresh(&first).await;
    for _ in 0..6 {
        anonymous.login("unknown@example.com", PASSWORD).await;
    }

    let log = server.stop();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<&Value> = lines.iter().filter(|line| !line["event"].is_null()).collect();
    let logged: Vec<String> =
        events.iter().map(|line| format!("{} {}", text(&line["level"]), text(&line["event"]))).collect();
    let mut expected = vec![
        format!("INFO user_created:{ada_id}"),
        format!("INFO user_created:{bob_id}"),
        "WARN authn_login_fail".to_owned(),
        format!("WARN authn_login_fail:{ada_id}"),
        format!("INFO authn_login_success:{ada_id}"),
        format!("WARN authz_fail:{ada_id},profile"),
        format!("INFO user_updated:{ada_id},{ada_id},profile"),
        format!("WARN authz_fail:{ada_id},profile"),
        format!("WARN authn_password_change_fail:{ada_id}"),
        format!("INFO authn_password_change:{ada_id}"),
        format!("INFO authn_login_success:{ada_id}"),
        format!("INFO authn_token_revoked:{ada_id},1 others"),
        format!("INFO authn_token_revoked:{ada_id},{session}"),
    ];
    let bobs_session = text(at(&bob, "data.register.session.id"));
    expected.push(format!("INFO authn_token_retried:{bob_id},{bobs_session},127.0.0.1,unknown device"));
    expected.extend(vec!["WARN authn_login_fail".to_owned(); 4]);
    // Only the first of several within a second is logged.
    expected.push("WARN excess_rate_limit_exceeded:login".to_owned());
    assert_eq!(logged, expected);
    for line in events {
        assert_eq!(line["span"]["id"].as_str().map(str::len), Some(32), "the id of the request: {line}");
    }
}
