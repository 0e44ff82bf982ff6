//! Changes of a user are limited, so that they write few rows and log lines.

use chrono::TimeDelta;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{
    PASSWORD, SECRET_KEY, TestApp, at,
    client::Client,
    database::{Kind, TestDatabase},
    mail::PENDING,
    on_both_databases,
    program::{Server, latchkey},
};

on_both_databases!(
    a_user_may_make_sixty_changes_at_once_and_then_one_a_second,
    all_changes_of_a_user_are_counted_in_one_row,
    a_stolen_session_at_its_limit_does_not_prevent_the_owner_from_ending_it,
    regular_refreshes_of_a_session_are_not_limited,
    an_update_that_changes_nothing_writes_nothing,
    changes_of_a_profile_within_a_minute_are_one_event,
);

const ATTEMPTS: &str = "attempts";

async fn rename(client: &Client, name: &str) -> Value {
    at(&client.update_profile(json!({ "displayName": name })).await, "data.updateProfile").clone()
}

/// Makes as many changes as a user may make at once.
async fn exhaust(client: &Client) {
    for _ in 0..3 {
        let twenty =
            (0..20).fold(String::new(), |all, n| format!("{all} m{n}: updateProfile(input: {{}}) {{ __typename }}"));
        let answer = client.execute(&format!("mutation {{ {twenty} }}"), json!({})).await;
        assert_eq!(answer["data"]["m19"]["__typename"], "UpdateProfileSuccess", "{answer}");
    }
}

async fn a_user_may_make_sixty_changes_at_once_and_then_one_a_second(app: &TestApp) {
    app.clock.stop();
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    exhaust(&ada).await;
    for input in [json!({ "displayName": "Ada" }), json!({})] {
        let answer = ada.update_profile(input).await;
        assert_eq!(at(&answer, "data.updateProfile.code"), "TOO_MANY_ATTEMPTS", "{answer}");
        assert_eq!(at(&answer, "data.updateProfile.message"), "Too many changes. Try again in a second.");
    }
    // The limit also holds for probing usernames.
    let answer = ada.change_username("bob", PASSWORD).await;
    assert_eq!(at(&answer, "data.changeUsername.code"), "TOO_MANY_ATTEMPTS", "{answer}");
    assert_eq!(rename(&bob, "Bob").await["__typename"], "UpdateProfileSuccess");
    for _ in 0..2 {
        app.clock.advance(TimeDelta::seconds(1));
        assert_eq!(rename(&ada, "Ada").await["__typename"], "UpdateProfileSuccess");
        assert_eq!(rename(&ada, "Ada").await["__typename"], "TooManyAttempts");
    }
}

async fn all_changes_of_a_user_are_counted_in_one_row(app: &TestApp) {
    app.clock.stop();
    let ada = app.registered("ada@example.com").await;
    // A mail that is sent is counted, too.
    app.wait_until(PENDING, 0).await;
    let registered = app.count(ATTEMPTS).await;
    exhaust(&ada).await;
    assert_eq!(app.count(ATTEMPTS).await, registered + 1);
    let answers = [
        at(&ada.request_email_verification().await, "data.requestEmailVerification").clone(),
        at(&ada.request_email_change("new@example.com", PASSWORD).await, "data.requestEmailChange").clone(),
        at(&ada.confirm_email_change("invalid").await, "data.confirmEmailChange").clone(),
        rename(&ada, "Ada").await,
    ];
    for answer in answers {
        assert_eq!(answer["__typename"], "TooManyAttempts");
    }
    assert_eq!(app.count(ATTEMPTS).await, registered + 1);
}

async fn a_stolen_session_at_its_limit_does_not_prevent_the_owner_from_ending_it(app: &TestApp) {
    app.clock.stop();
    let thief = app.registered("ada@example.com").await;
    let owner = app.logged_in("ada@example.com", PASSWORD).await;
    exhaust(&thief).await;
    for _ in 0..60 {
        let answer = thief.revoke_session("invalid").await;
        assert_eq!(at(&answer, "data.revokeSession.code"), "SESSION_NOT_FOUND");
    }
    for answer in [
        at(&thief.revoke_session("invalid").await, "data.revokeSession").clone(),
        at(&thief.revoke_other_sessions().await, "data.revokeOtherSessions").clone(),
        at(&thief.change_password(PASSWORD, "another password").await, "data.changePassword").clone(),
    ] {
        assert_eq!(answer["__typename"], "TooManyAttempts");
    }

    let answer = owner.change_password(PASSWORD, "another password").await;
    assert_eq!(at(&answer, "data.changePassword.endedSessions"), 1, "{answer}");
    assert_eq!(thief.token_rejection().await, "REVOKED");
    assert_eq!(at(&owner.logout().await, "data.logout.__typename"), "LogoutSuccess");
}

async fn regular_refreshes_of_a_session_are_not_limited(app: &TestApp) {
    app.clock.stop();
    let registration = app.anonymous().register("ada@example.com").await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut token = text(at(&registration, "data.register.tokens.refreshToken"));
    app.wait_until(PENDING, 0).await;
    let before = app.count(ATTEMPTS).await;
    for _ in 0..3 {
        let next = app.anonymous().refresh(&token).await;
        token = text(at(&next, "data.refreshToken.tokens.refreshToken"));
        app.clock.advance(TimeDelta::minutes(15));
    }
    assert_eq!(app.count(ATTEMPTS).await, before);

    // Without pauses. The first refresh is not counted.
    for _ in 0..=60 {
        let next = app.anonymous().refresh(&token).await;
        token = text(at(&next, "data.refreshToken.tokens.refreshToken"));
    }
    let answer = app.anonymous().refresh(&token).await;
    assert_eq!(at(&answer, "data.refreshToken.code"), "TOO_MANY_ATTEMPTS", "{answer}");
    assert_eq!(app.count(ATTEMPTS).await, before + 1);
    app.clock.advance(TimeDelta::seconds(1));
    let answer = app.anonymous().refresh(&token).await;
    assert_eq!(at(&answer, "data.refreshToken.__typename"), "RefreshTokenSuccess", "the session continues");
}

async fn an_update_that_changes_nothing_writes_nothing(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    ada.update_profile(json!({ "displayName": "Ada" })).await;
    let before = app.count("events").await;
    // Any write of the row fails.
    if app.kind == Kind::Postgresql {
        app.sql("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''written''; END'").await;
        app.sql("CREATE TRIGGER refuse BEFORE UPDATE ON users EXECUTE FUNCTION refuse()").await;
    } else {
        app.sql("CREATE TRIGGER refuse BEFORE UPDATE ON users BEGIN SELECT RAISE(ABORT, 'written'); END").await;
    }
    app.clock.advance(TimeDelta::minutes(2));
    for input in [json!({ "displayName": "Ada" }), json!({ "displayName": " Ada " }), json!({})] {
        let answer = ada.update_profile(input).await;
        assert_eq!(at(&answer, "data.updateProfile.user.displayName"), "Ada", "{answer}");
    }
    assert_eq!(app.count("events").await, before);
}

async fn changes_of_a_profile_within_a_minute_are_one_event(app: &TestApp) {
    app.clock.stop();
    let ada = app.registered("ada@example.com").await;
    let admin = app.admin().await;
    let updates = async || app.count("events WHERE line LIKE 'user_updated%profile'").await;
    for n in 0..5 {
        assert_eq!(rename(&ada, &format!("Ada {n}")).await["user"]["displayName"], format!("Ada {n}"));
    }
    assert_eq!(updates().await, 1);
    admin.update_profile(json!({ "userId": ada.id().await, "displayName": "A." })).await;
    assert_eq!(updates().await, 2, "a change by another user is another event");
    app.clock.advance(TimeDelta::minutes(1));
    rename(&ada, "Ada again").await;
    assert_eq!(updates().await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_user_in_a_loop_causes_few_rows_and_log_lines() {
    // The log is not read, so a server that fills the pipe stops.
    let in_time = tokio::time::timeout(std::time::Duration::from_mins(2), one_user_does_everything_in_a_loop()).await;
    assert!(in_time.is_ok(), "the log fills the pipe");
}

async fn one_user_does_everything_in_a_loop() {
    for kind in [Kind::Sqlite, Kind::Postgresql] {
        let database = TestDatabase::create(kind).await;
        let mut command = latchkey(database.folder.path(), &["--bcrypt-cost", "10", "--log-format", "json"]);
        command.env("DATABASE_URL", &database.url).env("SECRET_KEY", SECRET_KEY).env("MAIL_FOLDER", "mail");
        command.env("MAIL_FROM", "accounts@example.com").env("PUBLIC_URL", "https://app.example.com");
        let server = Server::start(command);
        let registration = server.client(None).register("ada@example.com").await;
        let bob = server.client(None).register("bob@example.com").await;
        let text = |value: &Value, path| at(value, path).as_str().unwrap().to_owned();
        let ada = server.client(Some(text(&registration, "data.register.tokens.accessToken")));
        let id_of_bob = text(&bob, "data.register.user.id");

        for round in 0..3 {
            for field in [
                "updateProfile(input: { displayName: \"$n\" })".to_owned(),
                "updateProfile(input: { displayName: null })".to_owned(),
                format!("updateProfile(input: {{ userId: \"{id_of_bob}\", displayName: \"$n\" }})"),
                "revokeSession(input: { sessionId: \"invalid\" })".to_owned(),
                format!("revokeSession(input: {{ sessionId: \"{id_of_bob}\" }})"),
                "revokeOtherSessions".to_owned(),
                "requestEmailVerification".to_owned(),
                "confirmEmailChange(input: { token: \"invalid\" })".to_owned(),
            ] {
                let twenty: String = (0..20)
                    .map(|n| format!("m{n}: {field} {{ __typename }} ").replace("$n", &format!("{round}x{n}")))
                    .collect();
                let answer = ada.execute(&format!("mutation {{ {twenty} }}"), json!({})).await;
                assert!(answer["data"].is_object(), "{answer}");
            }
            let profile = format!("profile(userId: \"{id_of_bob}\") {{ id }} ");
            let twenty = (0..20).fold(String::new(), |all, n| format!("{all} q{n}: {profile}"));
            let answer = ada.execute(&format!("{{ {twenty} }}"), json!({})).await;
            assert_eq!(at(&answer, "errors.19.extensions.code"), "FORBIDDEN");
        }
        let mut token = text(&registration, "data.register.tokens.refreshToken");
        for _ in 0..100 {
            let next = ada.refresh(&token).await;
            if let Some(next) = next["data"]["refreshToken"]["tokens"]["refreshToken"].as_str() {
                next.clone_into(&mut token);
            }
        }
        for _ in 0..20 {
            ada.change_password("a wrong password", "another password").await;
            ada.request_email_change("new@example.com", "a wrong password").await;
        }

        let rows = database.connect().await;
        let count = Statement::from_string(rows.get_database_backend(), "SELECT COUNT(*) AS n FROM events");
        let events: i64 = rows.query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap();
        assert!(events <= 15, "{events} events");
        let log = server.stop();
        let lines = log.lines().count();
        assert!(lines <= 60 && log.len() < 30_000, "{lines} lines: {log}");
        let denied = log.lines().filter(|line| line.contains("authz_fail")).count();
        assert!((1..=20).contains(&denied), "{denied} lines of 120");
        database.drop().await;
    }
}
