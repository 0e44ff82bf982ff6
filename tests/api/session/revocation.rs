//! Revocations take effect immediately on every instance, although concurrent queries are combined.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{PASSWORD, TestApp, at, client::Client, on_both_databases, proxy::Link};

on_both_databases![
    a_revocation_affects_the_next_request_on_another_instance,
    logout_password_change_and_disabling_end_access_on_both_instances,
];

/// Verifies a token on the other instance repeatedly, so that a query is always pending.
fn keep_verifying(client: &Client, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let verify = |_| {
        let (client, stop) = (client.clone(), Arc::clone(stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                client.token_rejection().await;
            }
        })
    };
    (0..4).map(verify).collect()
}

async fn a_revocation_affects_the_next_request_on_another_instance(app: &TestApp) {
    app.registered("ada@example.com").await;
    let second = app.second_instance().await;
    for round in 0..25 {
        let ada = app.logged_in("ada@example.com", PASSWORD).await;
        let on_second = Client::new(second.clone(), ada.token.clone());
        let stop = Arc::new(AtomicBool::new(false));
        let verifying = keep_verifying(&on_second, &stop);

        assert_eq!(on_second.token_rejection().await, Value::Null, "round {round}");
        assert_eq!(at(&ada.logout().await, "data.logout.__typename"), "LogoutSuccess");
        assert_eq!(on_second.token_rejection().await, "REVOKED", "round {round}");
        stop.store(true, Ordering::Relaxed);
        join_all(verifying).await;
    }
}

async fn logout_password_change_and_disabling_end_access_on_both_instances(app: &TestApp) {
    let second = app.second_instance().await;
    let on_second = |client: &Client| Client::new(second.clone(), client.token.clone());
    let first = app.registered("ada@example.com").await;
    let second = app.logged_in("ada@example.com", PASSWORD).await;
    let third = app.logged_in("ada@example.com", PASSWORD).await;

    first.logout().await;
    for client in [&first, &on_second(&first)] {
        assert_eq!(client.token_rejection().await, "REVOKED");
        assert_eq!(at(&client.profile().await, "errors.0.extensions.reason"), "REVOKED");
    }
    on_second(&second).change_password(PASSWORD, "another password").await;
    for client in [&third, &on_second(&third)] {
        assert_eq!(client.token_rejection().await, "REVOKED");
    }
    assert_eq!(second.token_rejection().await, Value::Null);
    app.sql("UPDATE users SET disabled_at = created_at").await;
    for client in [&second, &on_second(&second)] {
        assert_eq!(client.token_rejection().await, "REVOKED");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_queries_are_combined_into_one() {
    let (app, proxy) = TestApp::start_behind_proxy().await;
    let ada = app.registered("ada@example.com").await;
    let bob = app.registered("bob@example.com").await;
    assert_eq!((ada.token_rejection().await, bob.token_rejection().await), (Value::Null, Value::Null));

    let before = proxy.statements();
    proxy.set(Link::Silent);
    let profiles = join_all((0..100).map(|n| if n % 2 == 0 { ada.profile() } else { bob.profile() }));
    let restore = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        proxy.set(Link::Up);
    };
    let (profiles, ()) = tokio::join!(profiles, restore);
    let statements = proxy.statements() - before;
    assert!(statements <= 3, "{statements} statements for a hundred requests");
    for (n, profile) in profiles.iter().enumerate() {
        let email = if n % 2 == 0 { "ada@example.com" } else { "bob@example.com" };
        assert_eq!(at(profile, "data.profile.email"), email);
    }
    app.stop().await;
}
