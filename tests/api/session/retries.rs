//! A refresh token that is sent again: a lost response and several tabs are no theft.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{PASSWORD, TestApp, at, client::Client, on_both_databases, subscriber::Subscriber};

on_both_databases![
    a_lost_response_is_repeated_until_the_new_pair_is_used,
    every_use_of_the_new_pair_makes_the_token_before_it_a_reused_one,
    the_use_of_an_older_or_an_expired_access_token_does_not_count,
    earlier_tokens_get_the_newest_pair_within_the_grace_of_their_own_rotation,
    tabs_that_share_a_token_and_refresh_twice_stay_logged_in,
    a_client_that_loses_every_third_response_stays_logged_in,
    the_end_of_a_lost_session_is_its_expiry,
];

/// The tokens of a client.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) access: String,
    pub(super) refresh: String,
}

impl Pair {
    pub(super) fn of(tokens: &Value) -> Self {
        let text = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned();
        Self { access: text("accessToken"), refresh: text("refreshToken") }
    }

    pub(super) async fn registered(app: &TestApp, email: &str) -> Self {
        Self::of(at(&app.anonymous().register(email).await, "data.register.tokens"))
    }

    pub(super) fn client(&self, app: &TestApp) -> Client {
        app.with_token(&self.access)
    }
}

/// The next pair, or the reason why there is none.
pub(super) async fn refresh(client: &Client, token: &str) -> Result<Pair, Value> {
    let answer = client.refresh(token).await;
    let result = at(&answer, "data.refreshToken");
    if result["tokens"].is_null() { Err(result["reason"].clone()) } else { Ok(Pair::of(&result["tokens"])) }
}

async fn next(app: &TestApp, token: &str) -> Pair {
    refresh(&app.anonymous(), token).await.unwrap_or_else(|reason| panic!("{reason}"))
}

async fn a_lost_response_is_repeated_until_the_new_pair_is_used(app: &TestApp) {
    let first = Pair::registered(app, "ada@example.com").await;
    let lost = next(app, &first.refresh).await;
    for hours in [0, 1, 2, 24] {
        app.clock.advance(TimeDelta::hours(hours));
        assert_eq!(next(app, &first.refresh).await.refresh, lost.refresh, "the same, {hours} hours later");
    }
    app.clock.advance(TimeDelta::hours(1));
    let again = next(app, &first.refresh).await;
    assert_eq!(again.client(app).token_rejection().await, Value::Null, "the access token is valid again");
    app.clock.advance(TimeDelta::hours(1));
    assert_eq!(refresh(&app.anonymous(), &first.refresh).await.unwrap_err(), "REVOKED", "it was used");
    assert_eq!(refresh(&app.anonymous(), &lost.refresh).await.unwrap_err(), "REVOKED", "and the session has ended");
}

async fn every_use_of_the_new_pair_makes_the_token_before_it_a_reused_one(app: &TestApp) {
    for (n, using) in ["request", "verifyToken", "WebSocket", "refresh", "refused refresh"].into_iter().enumerate() {
        app.clock.stop();
        let first = Pair::registered(app, &format!("ada{n}@example.com")).await;
        let mut second = next(app, &first.refresh).await;
        match using {
            "request" => assert!(at(&second.client(app).profile().await, "data.profile.id").is_string()),
            "verifyToken" => assert_eq!(app.anonymous().verify(&second.access).await["valid"], true),
            "WebSocket" => drop(Subscriber::authenticated(&app.url("/graphql"), &second.access).await),
            "refresh" => drop(next(app, &second.refresh).await),
            _ => {
                // Too many refreshes in a row.
                let mut before = first.clone();
                while let Ok(pair) = refresh(&app.anonymous(), &second.refresh).await {
                    before = std::mem::replace(&mut second, pair);
                }
                app.clock.advance(TimeDelta::seconds(16));
                assert_eq!(refresh(&app.anonymous(), &before.refresh).await.unwrap_err(), "REVOKED");
            }
        }
        app.clock.advance(TimeDelta::seconds(16));
        assert_eq!(refresh(&app.anonymous(), &first.refresh).await.unwrap_err(), "REVOKED", "{using}");
        assert_eq!(second.client(app).token_rejection().await, "REVOKED", "{using}");
    }
}

async fn the_use_of_an_older_or_an_expired_access_token_does_not_count(app: &TestApp) {
    let first = Pair::registered(app, "ada@example.com").await;
    let second = next(app, &first.refresh).await;
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(first.client(app).token_rejection().await, Value::Null);
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(second.client(app).token_rejection().await, "EXPIRED");
    assert_eq!(next(app, &first.refresh).await.refresh, second.refresh);
}

async fn earlier_tokens_get_the_newest_pair_within_the_grace_of_their_own_rotation(app: &TestApp) {
    app.clock.stop();
    let mut all = vec![Pair::registered(app, "ada@example.com").await];
    for _ in 0..4 {
        let pair = next(app, &all[all.len() - 1].refresh).await;
        pair.client(app).profile().await;
        all.push(pair);
        app.clock.advance(TimeDelta::seconds(3));
    }
    // Rotated 12, 9, 6 and 3 seconds ago.
    let newest = all.pop().unwrap();
    for earlier in &all {
        let again = next(app, &earlier.refresh).await;
        assert_eq!((&again.refresh, &again.access), (&newest.refresh, &newest.access));
    }
    app.clock.advance(TimeDelta::seconds(4));
    for earlier in all[1..].iter().rev() {
        assert_eq!(next(app, &earlier.refresh).await.refresh, newest.refresh);
    }
    assert_eq!(refresh(&app.anonymous(), &all[0].refresh).await.unwrap_err(), "REVOKED", "rotated 16 seconds ago");
    assert_eq!(newest.client(app).token_rejection().await, "REVOKED");
}

async fn tabs_that_share_a_token_and_refresh_twice_stay_logged_in(app: &TestApp) {
    let second = app.second_instance().await;
    for round in 0..20 {
        let shared = Pair::registered(app, &format!("ada{round}@example.com")).await;
        let tab = async |n: u64| {
            let client = if n == 0 { Client::new(second.clone(), None) } else { app.anonymous() };
            tokio::time::sleep(std::time::Duration::from_millis(10 * n)).await;
            let once = refresh(&client, &shared.refresh).await?;
            once.client(app).profile().await;
            refresh(&client, &once.refresh).await
        };
        let tabs = join_all((0..3).map(tab)).await;
        for tab in &tabs {
            let pair = tab.as_ref().unwrap_or_else(|reason| panic!("round {round}: {reason}"));
            assert_eq!(pair.client(app).token_rejection().await, Value::Null, "round {round}");
        }
    }
}

async fn a_client_that_loses_every_third_response_stays_logged_in(app: &TestApp) {
    let mut pair = Pair::registered(app, "ada@example.com").await;
    for round in 1..=200 {
        app.clock.advance(TimeDelta::minutes(20));
        let received = refresh(&app.anonymous(), &pair.refresh).await;
        let received = received.unwrap_or_else(|reason| panic!("round {round}: {reason}"));
        if round % 3 != 0 {
            pair = received;
            assert_eq!(pair.client(app).token_rejection().await, Value::Null, "round {round}");
        }
    }
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_retried:%'").await, 66);
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_reuse:%'").await, 0);
}

async fn the_end_of_a_lost_session_is_its_expiry(app: &TestApp) {
    let first = Pair::registered(app, "ada@example.com").await;
    next(app, &first.refresh).await;
    app.clock.advance(TimeDelta::days(30));
    assert_eq!(refresh(&app.anonymous(), &first.refresh).await.unwrap_err(), "EXPIRED");
    let logged_in = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(logged_in.token_rejection().await, Value::Null);
}
