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

use crate::support::{House, PASSWORD, at, client::Client, on_both_databases, proxy::Wire};

on_both_databases![
    a_revocation_is_seen_by_the_very_next_request_on_another_instance,
    logout_change_of_password_and_disabling_end_access_on_two_instances,
];

/// Asks the other instance about a token without a pause, so that there is always a question under way.
fn keep_asking(client: &Client, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let ask = |_| {
        let (client, stop) = (client.clone(), Arc::clone(stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                client.rejection().await;
            }
        })
    };
    (0..4).map(ask).collect()
}

async fn a_revocation_is_seen_by_the_very_next_request_on_another_instance(house: &House) {
    house.registered("ada@example.com").await;
    let neighbour = house.neighbour().await;
    for round in 0..25 {
        let ada = house.logged_in("ada@example.com", PASSWORD).await;
        let elsewhere = Client::new(neighbour.clone(), ada.token.clone());
        let stop = Arc::new(AtomicBool::new(false));
        let asking = keep_asking(&elsewhere, &stop);

        assert_eq!(elsewhere.rejection().await, Value::Null, "round {round}");
        assert_eq!(at(&ada.logout().await, "data.logout.__typename"), "LogoutSuccess");
        assert_eq!(elsewhere.rejection().await, "REVOKED", "round {round}");
        stop.store(true, Ordering::Relaxed);
        join_all(asking).await;
    }
}

async fn logout_change_of_password_and_disabling_end_access_on_two_instances(house: &House) {
    let neighbour = house.neighbour().await;
    let elsewhere = |client: &Client| Client::new(neighbour.clone(), client.token.clone());
    let first = house.registered("ada@example.com").await;
    let second = house.logged_in("ada@example.com", PASSWORD).await;
    let third = house.logged_in("ada@example.com", PASSWORD).await;

    first.logout().await;
    for client in [&first, &elsewhere(&first)] {
        assert_eq!(client.rejection().await, "REVOKED");
        assert_eq!(at(&client.profile().await, "errors.0.extensions.reason"), "REVOKED");
    }
    elsewhere(&second).change_password(PASSWORD, "another password").await;
    for client in [&third, &elsewhere(&third)] {
        assert_eq!(client.rejection().await, "REVOKED");
    }
    assert_eq!(second.rejection().await, Value::Null);
    house.sql("UPDATE users SET disabled_at = created_at").await;
    for client in [&second, &elsewhere(&second)] {
        assert_eq!(client.rejection().await, "REVOKED");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_that_wait_travel_together() {
    let (house, wire) = House::at_the_end_of_a_wire().await;
    let ada = house.registered("ada@example.com").await;
    let bob = house.registered("bob@example.com").await;
    assert_eq!((ada.rejection().await, bob.rejection().await), (Value::Null, Value::Null));

    let before = wire.questions();
    wire.set(Wire::Silent);
    let asked = join_all((0..100).map(|n| if n % 2 == 0 { ada.profile() } else { bob.profile() }));
    let mend = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        wire.set(Wire::Whole);
    };
    let (profiles, ()) = tokio::join!(asked, mend);
    let questions = wire.questions() - before;
    assert!(questions <= 3, "{questions} for a hundred requests");
    for (n, profile) in profiles.iter().enumerate() {
        let email = if n % 2 == 0 { "ada@example.com" } else { "bob@example.com" };
        assert_eq!(at(profile, "data.profile.email"), email);
    }
    house.close().await;
}
