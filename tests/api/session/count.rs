//! The number of sessions: open sessions are limited, and ended ones are removed and do not slow queries.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::support::{PASSWORD, TestApp, at, client::Client, database::Kind, on_both_databases};

on_both_databases![
    a_user_has_at_most_a_hundred_open_sessions_and_the_least_recently_used_ends,
    ended_sessions_are_removed_after_a_day_and_still_rejected,
    a_list_of_open_sessions_does_not_read_ended_ones,
    the_cleanup_finds_expired_sessions_with_an_index,
];

const OPEN: &str = "sessions WHERE ended_at IS NULL";

async fn a_user_has_at_most_a_hundred_open_sessions_and_the_least_recently_used_ends(app: &TestApp) {
    let oldest = app.registered("ada@example.com").await;
    // More sessions than the limit, as from before there was a limit. The first one is the least recently used.
    app.copy_session("ada@example.com", 149, "NULL").await;
    let bob = app.registered("bob@example.com").await;
    assert_eq!(app.count(OPEN).await, 151);

    let newest = app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(app.count(OPEN).await, 101);
    assert_eq!([oldest.token_rejection().await, newest.token_rejection().await], ["REVOKED".into(), Value::Null]);
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_revoked:%,51 others'").await, 1);
    app.clock.advance(TimeDelta::minutes(1));
    app.logged_in("ada@example.com", PASSWORD).await;
    assert_eq!(app.count(OPEN).await, 101);
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_revoked:%,1 others'").await, 1);
    assert_eq!(bob.token_rejection().await, Value::Null, "another user's session");
}

async fn ended_sessions_are_removed_after_a_day_and_still_rejected(app: &TestApp) {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let reason = async |token: &str| {
        let answer = app.anonymous().refresh(token).await;
        at(&answer, "data.refreshToken.reason").clone()
    };
    let registration = app.anonymous().register("ada@example.com").await;
    let first = text(at(&registration, "data.register.tokens.refreshToken"));
    let next = app.anonymous().refresh(&first).await;
    let second = text(at(&next, "data.refreshToken.tokens.refreshToken"));
    let ada = Client::new(app.url("/graphql"), Some(text(at(&next, "data.refreshToken.tokens.accessToken"))));
    let open = app.logged_in("ada@example.com", PASSWORD).await;
    ada.logout().await;
    app.logged_in("ada@example.com", PASSWORD).await.logout().await;
    assert_eq!([reason(&first).await, reason(&second).await], ["REVOKED", "REVOKED"]);

    app.clock.advance(TimeDelta::hours(23));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("sessions").await, 3);
    app.clock.advance(TimeDelta::hours(2));
    app.accounts.clean_up().await.unwrap();
    assert_eq!((app.count("sessions").await, app.count(OPEN).await), (1, 1));
    assert_eq!(
        [reason(&first).await, reason(&second).await],
        ["REVOKED", "REVOKED"],
        "removed sessions are still rejected"
    );
    assert_eq!(open.token_rejection().await, "EXPIRED", "the token has expired, not the session");
    assert_eq!(app.count("events WHERE line LIKE 'authn_token_reuse%'").await, 0);

    app.clock.advance(TimeDelta::days(30));
    app.accounts.clean_up().await.unwrap();
    assert_eq!(app.count("sessions").await, 0);
    assert_eq!(reason(&second).await, "EXPIRED");
}

async fn a_list_of_open_sessions_does_not_read_ended_ones(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.copy_session("ada@example.com", 100_000, "created_at").await;
    app.sql("ANALYZE").await;
    let twenty = (0..20).fold(String::new(), |all, n| format!("{all} s{n}: sessions {{ nodes {{ id }} }}"));
    let answer = ada.execute(&format!("{{ {twenty} }}"), serde_json::json!({})).await;
    for n in 0..20 {
        assert_eq!(answer["data"][format!("s{n}")]["nodes"].as_array().unwrap().len(), 1);
    }

    // The queries of `sessions` and of the watches of ended sessions.
    let user = "(SELECT id FROM users)";
    let open = format!(
        "SELECT * FROM sessions WHERE user_id = {user} AND ended_at IS NULL AND expires_at > created_at
        AND generation >= (SELECT session_generation FROM users) ORDER BY generation DESC, id DESC LIMIT 21"
    );
    let plan = plan(app, &open).await;
    assert!(plan.contains("sessions_generation_idx"), "{plan}");
    assert!(!plan.contains("Rows Removed"), "{plan}");
    let ended = format!(
        "SELECT * FROM sessions WHERE user_id = {user} AND ended_at >= (SELECT MAX(expires_at) FROM sessions)
        ORDER BY ended_at LIMIT 500"
    );
    let plan = self::plan(app, &ended).await;
    assert!(plan.contains("sessions_ended_"), "{plan}");
}

async fn the_cleanup_finds_expired_sessions_with_an_index(app: &TestApp) {
    app.registered("ada@example.com").await;
    app.copy_session("ada@example.com", 20_000, "NULL").await;
    app.sql("UPDATE sessions SET ended_at = created_at WHERE refresh_token_hash IS NULL").await;
    app.sql("ANALYZE").await;
    for (column, index) in [("expires_at", "sessions_expires_at_idx"), ("ended_at", "sessions_ended_at_idx")] {
        let over = format!(
            "SELECT id FROM sessions WHERE {column} < (SELECT MIN(created_at) FROM users) ORDER BY {column} LIMIT 500"
        );
        let plan = plan(app, &over).await;
        assert!(plan.contains(index), "{plan}");
    }
}

/// The query plan, on PostgreSQL with the number of rows.
async fn plan(app: &TestApp, sql: &str) -> String {
    let explain = if app.kind == Kind::Sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN (ANALYZE)" };
    let statement = Statement::from_string(app.db.get_database_backend(), format!("{explain} {sql}"));
    let rows = app.db.query_all_raw(statement).await.unwrap();
    let column = if app.kind == Kind::Sqlite { "detail" } else { "QUERY PLAN" };
    rows.iter().map(|row| row.try_get::<String>("", column).unwrap() + "\n").collect()
}
