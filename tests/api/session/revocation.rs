//! What was revoked is revoked at once, on every instance, although many questions travel to the database together.

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

/// Asks the other instance about a token without a pause, so that there is always a question under way.
fn keep_asking(client: &Client, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let ask = |_| {
        let (client, stop) = (client.clone(), Arc::clone(stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                client.token_rejection().await;
            }
        })
    };
    (0..4).map(ask).collect()
}

async fn a_revocation_affects_the_next_request_on_another_instance(app: &TestApp) {
    app.registered("ada@example.com").await;
    let second = app.second_instance().await;
    for round in 0..25 {
        let ada = app.logged_in("ada@example.com", PASSWORD).await;
        let elsewhere = Client::new(second.clone(), ada.token.clone());
        let stop = Arc::new(AtomicBool::new(false));
        let asking = keep_asking(&elsewhere, &stop);

        assert_eq!(elsewhere.token_rejection().await, Value::Null, "round {round}");
        assert_eq!(at(&ada.logout().await, "data.logout.__typename"), "LogoutSuccess");
        assert_eq!(elsewhere.token_rejection().await, "REVOKED", "round {round}");
        stop.store(true, Ordering::Relaxed);
        join_all(asking).await;
    }
}

async fn logout_password_change_and_disabling_end_access_on_both_instances(app: &TestApp) {
    let second = app.second_instance().await;
    let elsewhere = |client: &Client| Client::new(second.clone(), client.token.clone());
    let first = app.registered("ada@example.com").await;
    let second = app.logged_in("ada@example.com", PASSWORD).await;
    let third = app.logged_in("ada@example.com", PASSWORD).await;

    first.logout().await;
    for client in [&first, &elsewhere(&first)] {
        assert_eq!(client.token_rejection().await, "REVOKED");
        assert_eq!(at(&client.profile().await, "errors.0.extensions.reason"), "REVOKED");
    }
    elsewhere(&second).change_password(PASSWORD, "another password").await;
    for client in [&third, &elsewhere(&third)] {
        assert_eq!(client.token_rejection().await, "REVOKED");
    }
    assert_eq!(second.token_rejection().await, Value::Null);
    app.sql("UPDATE users SET disabled_at = created_at").await;
    for client in [&second, &elsewhere(&second)] {
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
    let asked = join_all((0..100).map(|n| if n % 2 == 0 { ada.profile() } else { bob.profile() }));
    let mend = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        proxy.set(Link::Up);
    };
    let (profiles, ()) = tokio::join!(asked, mend);
    let questions = proxy.statements() - before;
    assert!(questions <= 3, "{questions} for a hundred requests");
    for (n, profile) in profiles.iter().enumerate() {
        let email = if n % 2 == 0 { "ada@example.com" } else { "bob@example.com" };
        assert_eq!(at(profile, "data.profile.email"), email);
    }
    app.stop().await;
}
