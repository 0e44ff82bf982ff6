//! A service that is requested with the first five digits of a hash.

use std::{io::Write, process::Stdio};

use serde_json::{Value, json};

use super::{LEAKED, OTHERS, app_with, looked_up, refused, sha1};
use crate::support::{PASSWORD, at, program::latchkey, static_files::StaticFiles};

/// Sets the response of the service for this password.
fn respond(files: &StaticFiles, password: &str, answer: impl FnOnce(&str) -> String) {
    let hash = sha1(password);
    files.put(&format!("range/{}", &hash[..5]), &answer(&hash[5..]));
}

fn request_for(password: &str) -> String {
    format!("GET /range/{} HTTP/1.1", &sha1(password)[..5])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_breached_password_is_refused_before_it_is_hashed() {
    let files = StaticFiles::serve();
    let app = app_with(&format!("{}range/", files.url)).await;
    let (padding, small, composed, unknown) =
        ("tr0ub4dor and three", "letters in lower case", "caf\u{e9} battery horse", "unknown to be found");
    respond(&files, LEAKED, |rest| format!("{OTHERS}{rest}:3\r\n"));
    respond(&files, small, |rest| format!("{}:1\n{}", rest.to_lowercase(), OTHERS.to_lowercase()));
    respond(&files, composed, |rest| format!("{rest}:1"));
    respond(&files, padding, |rest| format!("{OTHERS}{rest}:0\r\n"));
    respond(&files, PASSWORD, |_| OTHERS.to_owned());

    assert_eq!(refused(&app, "ada", LEAKED).await, "BREACHED");
    assert_eq!(refused(&app, "ada", small).await, "BREACHED");
    assert_eq!(refused(&app, "ada", "cafe\u{301} battery horse").await, "BREACHED");
    assert_eq!(app.hash_rounds().await, 0);
    assert_eq!(refused(&app, "ada", padding).await, Value::Null);
    assert_eq!(refused(&app, "bob", PASSWORD).await, Value::Null);
    assert_eq!(looked_up(&app).await, [3, 2, 0]);
    // A wrong URL has this response, so it counts as a failure.
    assert_eq!(refused(&app, "eve", unknown).await, Value::Null);
    assert_eq!(looked_up(&app).await, [3, 2, 1]);
    assert_eq!(app.count("users").await, 3);

    let expected = [LEAKED, small, composed, padding, PASSWORD, unknown].map(request_for);
    assert_eq!(files.requests(), expected);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_is_requested_only_for_a_new_password_without_other_violations() {
    let files = StaticFiles::serve();
    let app = app_with(&format!("{}range/", files.url)).await;
    respond(&files, PASSWORD, |_| OTHERS.to_owned());
    respond(&files, LEAKED, |rest| format!("{rest}:3\r\n"));
    let ada = app.registered("ada@example.com").await;

    // The password is breached now. Its user can still log in and choose another one.
    respond(&files, PASSWORD, |rest| format!("{rest}:1\r\n"));
    let answer = app.anonymous().login("ada@example.com", PASSWORD).await;
    assert_eq!(at(&answer, "data.login.__typename"), "LoginSuccess", "{answer}");

    let rule = async |new: &str| {
        let answer = ada.change_password(PASSWORD, new).await;
        let violations = at(&answer, "data.changePassword.violations").clone();
        assert_eq!(violations.as_array().map(Vec::len), Some(1), "{answer}");
        assert_eq!(at(&violations, "0.path"), &json!(["input", "newPassword"]), "{answer}");
        at(&violations, "0.rule").clone()
    };
    assert_eq!(rule("password2026!").await, "GUESSABLE");
    assert_eq!(rule("brief ta").await, "TOO_SHORT");
    assert_eq!(rule(LEAKED).await, "BREACHED");
    assert_eq!(refused(&app, "eve", "brief ta").await, "TOO_SHORT");
    assert_eq!(looked_up(&app).await, [1, 1, 0]);

    assert_eq!(files.requests(), [PASSWORD, LEAKED].map(request_for));
    app.stop().await;
}

#[test]
fn the_user_command_refuses_breached_passwords() {
    let files = StaticFiles::serve();
    respond(&files, PASSWORD, |_| OTHERS.to_owned());
    respond(&files, LEAKED, |rest| format!("{rest}:3\r\n"));
    let folder = tempfile::tempdir().unwrap();
    let user = |arguments: &[&str], password: &str| {
        let mut command = latchkey(folder.path(), &["user"]);
        command.args(arguments).env("BREACHED_PASSWORDS", format!("{}range/", files.url)).env("HASH_LANES", "1");
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    for (arguments, password, well) in [
        (["create", "--username", "ada"].as_slice(), LEAKED, false),
        (&["create", "--username", "ada"], PASSWORD, true),
        (&["set-password", "ada"], LEAKED, false),
    ] {
        let (went_well, log) = user(arguments, password);
        assert_eq!(went_well, well, "{arguments:?}: {log}");
        assert_eq!(log.contains("This password has leaked"), !well, "{arguments:?}: {log}");
    }
    assert_eq!(files.requests(), [LEAKED, PASSWORD, LEAKED].map(request_for));
}
