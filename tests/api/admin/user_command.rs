//! `latchkey user`, while a server runs on the same database.

use std::{io::Write, process::Stdio};

use serde_json::json;

use crate::support::{PASSWORD, SECRET_KEY, TestApp, at, on_both_databases, program::latchkey};

on_both_databases!(
    a_user_can_be_created_and_shown,
    a_disabled_user_is_logged_out_immediately,
    a_promoted_user_is_an_admin,
    an_address_is_verified_without_a_mail,
    an_address_is_set_and_has_to_be_verified,
    a_password_set_by_an_admin_replaces_the_old_one,
    sessions_are_listed_and_ended,
    a_command_that_fails_prints_the_reason,
);

/// The output of a command, and whether it succeeded.
struct Output {
    success: bool,
    out: String,
    log: String,
}

/// Runs `latchkey user …` on the database of the app, with this standard input.
async fn user(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = latchkey(folder.path(), &["user"]);
    command.args(arguments).env("DATABASE_URL", &app.database.url).env("SECRET_KEY", SECRET_KEY);
    command.env("LOG_FORMAT", "json").env("HASH_LANES", "1").stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await.unwrap().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let output = Output { success: output.status.success(), out: text(output.stdout), log: text(output.stderr) };
    let password = input.trim();
    assert!(
        password.is_empty() || !format!("{}{}", output.out, output.log).contains(password),
        "the password was shown"
    );
    output
}

async fn a_user_can_be_created_and_shown(app: &TestApp) {
    let arguments = ["create", "--email", "Grace@example.com", "--username", "grace", "--display-name", "Grace Hopper"];
    let created = user(app, &arguments, &format!("{PASSWORD}\n")).await;
    assert!(created.success, "{}", created.log);
    let id = created.out.trim();
    assert!(created.log.contains(&format!("authz_admin:shell,create,{id}")), "{}", created.log);
    let others = created.log.lines().filter(|line| !line.contains("latchkey::hashing"));
    assert_eq!(others.count(), 1, "the only line, unless the machine is busy: {}", created.log);

    let answer = app.anonymous().login("grace", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.user.id"), id, "{answer}");
    for name in ["GRACE", "grace@example.com", id] {
        let shown = user(app, &["show", name], "").await;
        let lines: Vec<&str> =
            shown.out.lines().map(|line| line.split_once("  ").map_or("", |(_, value)| value.trim())).collect();
        assert_eq!(lines[..6], [id, "Grace@example.com", "no", "grace", "Grace Hopper", "user"], "{}", shown.out);
        assert_eq!(lines[8..], ["no", "1"], "{}", shown.out);
    }
}

async fn a_disabled_user_is_logged_out_immediately(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let disabled = user(app, &["disable", "ada@example.com"], "").await;
    assert!(disabled.success && disabled.out.contains("1 sessions ended"), "{}{}", disabled.out, disabled.log);
    assert_eq!(ada.token_rejection().await, "REVOKED");
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.code"), "INVALID_CREDENTIALS", "{answer}");
    assert!(user(app, &["show", "ada@example.com"], "").await.out.contains("since 20"));

    assert!(user(app, &["enable", "ada@example.com"], "").await.success);
    assert_eq!(ada.token_rejection().await, "REVOKED", "ended sessions stay ended");
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");
}

async fn a_promoted_user_is_an_admin(app: &TestApp) {
    let (ada, bob) = (app.registered("ada@example.com").await, app.registered("bob@example.com").await);
    let id = bob.id().await;
    let seen = async || at(&ada.profile_of(Some(&id)).await, "data.profile").clone();
    assert_eq!(seen().await, json!(null));
    let promoted = user(app, &["promote", "ada@example.com"], "").await;
    let event = format!("authz_change:{},user,admin,shell", ada.id().await);
    assert!(promoted.success && promoted.log.contains(&event), "{}", promoted.log);
    assert_eq!(seen().await["id"], *id);
    assert!(user(app, &["demote", "ada@example.com"], "").await.success);
    assert_eq!(seen().await, json!(null));
}

async fn an_address_is_verified_without_a_mail(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let verified = async || {
        at(&ada.execute("{ profile { emailVerified } }", json!({})).await, "data.profile.emailVerified").clone()
    };
    assert_eq!(verified().await, false);
    let output = user(app, &["verify", "ada@example.com"], "").await;
    assert!(
        output.success && output.log.contains(&format!("authz_admin:shell,verify_email,{}", ada.id().await)),
        "{}",
        output.log
    );
    assert_eq!(verified().await, true);
    assert!(user(app, &["verify", "ada@example.com"], "").await.success);
    app.anonymous().register_with(json!({ "username": "bob", "password": PASSWORD })).await;
    let output = user(app, &["verify", "bob"], "").await;
    assert!(!output.success && output.log.contains("has no e-mail address"), "{}", output.log);
}

async fn an_address_is_set_and_has_to_be_verified(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    app.registered("bob@example.com").await;
    user(app, &["verify", "ada@example.com"], "").await;
    let set = user(app, &["set-email", "ada@example.com", "Ada@Example.org"], "").await;
    let event = format!("authz_admin:shell,set_email,{}", ada.id().await);
    assert!(set.success && set.log.contains(&event), "{}{}", set.out, set.log);
    let shown = ada.execute("{ profile { email emailVerified } }", json!({})).await;
    assert_eq!(at(&shown, "data.profile"), &json!({ "email": "Ada@Example.org", "emailVerified": false }));
    for (address, reason) in [("bob@example.com", "another user has"), ("bob", "Write an e-mail address")] {
        let refused = user(app, &["set-email", "ada@example.org", address], "").await;
        assert!(!refused.success && refused.log.contains(reason), "{}", refused.log);
    }
}

async fn a_password_set_by_an_admin_replaces_the_old_one(app: &TestApp) {
    let ada = app.registered("ada@example.com").await;
    let weak = user(app, &["set-password", "ada@example.com"], "ada@example.com\n").await;
    assert!(!weak.success && weak.log.contains("Do not use your own name"), "{}", weak.log);
    assert_eq!(ada.token_rejection().await, json!(null), "nothing was changed");

    let set = user(app, &["set-password", "ada@example.com"], "staple battery horse\r\n").await;
    assert!(set.success, "{}", set.log);
    assert_eq!(ada.token_rejection().await, "REVOKED");
    let old = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&old, "data.login.code"), "INVALID_CREDENTIALS", "{old}");
    let new = app.anonymous().login("ada@example.com", "staple battery horse").await;
    assert_eq!(at(&new, "data.login.__typename"), "LoginSuccess", "{new}");

    // A user without a password gets one.
    app.sql("DELETE FROM passwords").await;
    assert!(user(app, &["set-password", "ada@example.com"], "another battery horse").await.success);
    let new = app.anonymous().login("ada@example.com", "another battery horse").await;
    assert_eq!(at(&new, "data.login.__typename"), "LoginSuccess", "{new}");
}

async fn sessions_are_listed_and_ended(app: &TestApp) {
    let first = app.registered("ada@example.com").await;
    let second = app.logged_in("ada@example.com", PASSWORD).await;
    let listed = user(app, &["sessions", "ada@example.com"], "").await;
    assert_eq!(listed.out.lines().count(), 2, "{}", listed.out);
    assert!(listed.out.lines().all(|line| line.contains("from 127.0.0.1")), "{}", listed.out);
    let ended = user(app, &["sessions", "ada@example.com", "--end"], "").await;
    assert!(ended.out.starts_with("2 sessions"), "{}", ended.out);
    assert_eq!((first.token_rejection().await, second.token_rejection().await), (json!("REVOKED"), json!("REVOKED")));
}

async fn a_command_that_fails_prints_the_reason(app: &TestApp) {
    app.registered("ada@example.com").await;
    for (arguments, input, why) in [
        (&["show", "unknown"][..], "", "there is no user"),
        (&["disable", "not an identifier"], "", "there is no user"),
        (&["disable", "018f0000-0000-7000-8000-000000000000"], "", "there is no user"),
        (
            &["create", "--email", "ADA@example.com"],
            "correct horse battery",
            "there is a user with this e-mail address",
        ),
        (&["create"], "correct horse battery", "Give an e-mail address"),
        (&["create", "--username", "bob"], "", "Use at least 12 characters"),
        (&["create", "--username", "b"], "short", "Use at least 12 characters"),
    ] {
        let output = user(app, arguments, input).await;
        assert!(!output.success && output.log.contains(why), "{arguments:?}: {}", output.log);
    }
    assert_eq!(app.count("users").await, 1);
}
