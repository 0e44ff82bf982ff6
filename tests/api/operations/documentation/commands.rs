//! The commands in the documentation work as they are printed.

use std::process::Command;

use super::{read, section, shell};
use crate::support::{
    SECRET_KEY,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_get_the_responses_that_are_shown_on_sqlite() {
    the_requests_get_the_responses_that_are_shown(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_requests_get_the_responses_that_are_shown_on_postgresql() {
    the_requests_get_the_responses_that_are_shown(Kind::Postgresql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_are_imported_as_shown() {
    const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("users.csv", format!("id,email,hashed_password\n1,ada@example.com,{HASH}\n"));
    write("members.jsonl", format!("{{\"mail\":\"bob@example.com\",\"password\":\"{HASH}\",\"enabled\":true}}\n"));
    let old = sea_orm::Database::connect(format!("sqlite://{}?mode=rwc", folder.path().join("old.db").display()));
    let (old, rows) = (old.await.unwrap(), format!("SELECT 'cyd' AS username, '{HASH}' AS password_hash"));
    sea_orm::ConnectionTrait::execute_unprepared(&old, &format!("CREATE TABLE members AS {rows}")).await.unwrap();
    old.close().await.unwrap();

    let page = read("docs/administration.md");
    let commands = shell(section(&page, "## Import users"));
    let commands = commands.replace("latchkey import", concat!(env!("CARGO_BIN_EXE_latchkey"), " import"));
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &commands]).current_dir(folder.path()).env_clear().env("HASH_LANES", "1");
    let output = bash.output().expect("bash runs");

    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let dry_run = "1 rows: 1 would be imported, 0 already existed, 0 refused\n";
    assert_eq!(printed, format!("{dry_run}{}", "1 rows: 1 imported, 0 already existed, 0 refused\n".repeat(3)));
}

async fn the_requests_get_the_responses_that_are_shown(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let mut command = latchkey(database.folder.path(), &[]);
    command.envs([("DATABASE_URL", &*database.url), ("SECRET_KEY", SECRET_KEY)]);
    let server = Server::start(command);

    let (readme, api) = (read("README.md"), read("docs/api.md"));
    let (first, more) = (shell(section(&readme, "## Try it")), shell(section(&api, "## Operations")));
    let commands = format!("{first}{more}").replace("http://127.0.0.1:8000/graphql", &server.endpoint);
    // One line for each response.
    let commands = commands.replace("curl -s", "curl -s -w '\\n'");
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &commands]).output().expect("bash runs");

    let printed = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !printed.contains("errors"), "{printed}{errors}");
    let responses: Vec<&str> = printed.lines().filter(|line| !line.is_empty()).collect();
    let shown: Vec<&str> =
        first.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| line.starts_with('{')).collect();
    assert_eq!((responses.len(), shown.len()), (8, 4), "{printed}");
    for (response, shown) in responses.iter().zip(shown) {
        assert!(matches(response, shown), "{shown} is shown, but the response is {response}");
    }
    for (response, part) in responses[4..].iter().zip([
        "\"displayName\":\"Grace Hopper\"",
        "RefreshTokenSuccess",
        "\"current\":true",
        "\"endedSessions\":1",
    ]) {
        assert!(response.contains(part), "{part}: {response}");
    }
    drop(server);
    database.drop().await;
}

/// Whether a response is the one that is shown, where each `…` is one or more characters.
fn matches(response: &str, shown: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|begin| response.strip_prefix(begin)) else { return false };
    for part in parts {
        let Some((at, _)) = rest.char_indices().skip(1).find(|(at, _)| rest[*at..].starts_with(part)) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

#[test]
fn a_response_that_differs_from_the_one_shown_does_not_match() {
    assert!(matches(r#"{"a":"x","b":1}"#, r#"{"a":"…","b":1}"#));
    for other in [r#"{"a":"","b":1}"#, r#"{"a":"x","b":2}"#, r#"{"a":"x","b":1}}"#, r#"{"a":"x"}"#, ""] {
        assert!(!matches(other, r#"{"a":"…","b":1}"#), "{other}");
    }
}
