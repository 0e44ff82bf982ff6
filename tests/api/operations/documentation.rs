//! The commands in the documentation work as they are printed.

use std::process::Command;

use crate::support::{
    SECRET_KEY,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_commands_work_on_sqlite() {
    the_first_screen_works(Kind::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_commands_work_on_postgresql() {
    the_first_screen_works(Kind::Postgresql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_import_commands_work() {
    const HASH: &str = "$2b$04$Gkx7EUNHWoMjdGT9.LayQuWREL9nGvtK.nOlklr73WVTzvMbvC4i6";
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    write("users.csv", format!("id,email,hashed_password\n1,ada@example.com,{HASH}\n"));
    write("members.jsonl", format!("{{\"mail\":\"bob@example.com\",\"password\":\"{HASH}\",\"enabled\":true}}\n"));
    let old = sea_orm::Database::connect(format!("sqlite://{}?mode=rwc", folder.path().join("old.db").display()));
    let (old, rows) = (old.await.unwrap(), format!("SELECT 'cyd' AS username, '{HASH}' AS password_hash"));
    sea_orm::ConnectionTrait::execute_unprepared(&old, &format!("CREATE TABLE members AS {rows}")).await.unwrap();
    old.close().await.unwrap();

    let readme = include_str!("../../../README.md");
    let section = readme.split("## Bring your users along").nth(1).expect("the section");
    let commands = section.split("```sh").nth(1).and_then(|rest| rest.split("```").next()).expect("its commands");
    let commands = commands.replace("latchkey import", concat!(env!("CARGO_BIN_EXE_latchkey"), " import"));
    let mut bash = Command::new("bash");
    bash.args(["-euo", "pipefail", "-c", &commands]).current_dir(folder.path()).env_clear().env("HASH_LANES", "1");
    let output = bash.output().expect("bash runs");

    let said = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    let rehearsed = "1 rows: 1 would be imported, 0 there already, 0 refused\n";
    assert_eq!(said, format!("{rehearsed}{}", "1 rows: 1 imported, 0 there already, 0 refused\n".repeat(3)));
}

async fn the_first_screen_works(kind: Kind) {
    let database = TestDatabase::create(kind).await;
    let mut command = latchkey(database.folder.path(), &[]);
    command.envs([("DATABASE_URL", &*database.url), ("SECRET_KEY", SECRET_KEY)]);
    let server = Server::start(command);

    let readme = include_str!("../../../README.md");
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
