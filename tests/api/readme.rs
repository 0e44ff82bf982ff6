//! What the README tells a newcomer to type works as it stands there.

use std::process::Command;

use crate::support::{
    SECRET_KEY,
    database::{Kind, TestDatabase},
    program::{Running, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_screen_works_on_sqlite() {
    the_first_screen_works(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_screen_works_on_postgresql() {
    the_first_screen_works(Kind::Postgresql).await;
}

async fn the_first_screen_works(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let mut command = latchkey(database.folder.path(), &[]);
    command.envs([("DATABASE_URL", &*database.url), ("SECRET_KEY", SECRET_KEY)]);
    let server = Running::start(command);

    let readme = include_str!("../../README.md");
    let section = readme.split("## Try it").nth(1).expect("the section");
    let commands = section.split("```sh").nth(1).and_then(|rest| rest.split("```").next()).expect("its commands");
    let commands = commands.replace("http://127.0.0.1:8000/graphql", &server.endpoint);
    // A line to itself for each answer.
    let commands = commands.replace("curl -s", "curl -s -w '\\n'");
    let output = Command::new("bash").args(["-euo", "pipefail", "-c", &commands]).output().expect("bash runs");

    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && !said.contains("errors"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for (answer, wanted) in said.lines().zip([
        "RegisterSuccess",
        "Token is valid",
        "grace@example.com",
        "\"displayName\":\"Grace Hopper\"",
        "RefreshTokenSuccess",
        "\"current\":true",
        "\"endedSessions\":1",
    ]) {
        assert!(answer.contains(wanted), "{wanted}: {answer}");
    }
    assert_eq!(said.lines().count(), 7, "{said}");
    drop(server);
    database.drop().await;
}
