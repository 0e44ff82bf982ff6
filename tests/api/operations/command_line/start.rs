//! Starting the server.

use serde_json::Value;

use super::output;
use crate::support::{
    SECRET_KEY, at,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_starts_in_an_empty_folder_and_finds_its_data_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &[]));
    let answer = server.client(None).register("ada@example.com").await;
    let token = at(&answer, "data.register.tokens.accessToken").as_str().unwrap().to_owned();
    server.stop();

    for name in ["latchkey.db", "latchkey.db.secret"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }

    let server = Server::start(latchkey(folder.path(), &["serve"]));
    let ada = server.client(Some(token));
    assert_eq!(ada.token_rejection().await, Value::Null);
    assert_eq!(at(&ada.profile().await, "data.profile.email"), "ada@example.com");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_start_together_on_an_empty_database_all_become_ready() {
    for kind in [Kind::Sqlite, Kind::Postgresql] {
        let database = TestDatabase::create(kind).await;
        let start = || {
            let mut command = latchkey(database.folder.path(), &["--database-url", &database.url]);
            if kind == Kind::Postgresql {
                command.env("SECRET_KEY", SECRET_KEY);
            }
            std::thread::spawn(move || Server::start(command))
        };
        let starting: Vec<_> = (0..4).map(|_| start()).collect();
        let servers: Vec<Server> =
            starting.into_iter().map(|server| server.join().expect("the server starts")).collect();

        let answer = servers[0].client(None).register("ada@example.com").await;
        let token = at(&answer, "data.register.tokens.accessToken").as_str().unwrap().to_owned();
        for server in &servers {
            assert_eq!(
                server.client(Some(token.clone())).token_rejection().await,
                Value::Null,
                "{kind:?}: all servers have the same secret"
            );
        }
        drop(servers);
        database.drop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_start_logs_what_it_created() {
    for kind in [Kind::Sqlite, Kind::Postgresql] {
        let database = TestDatabase::create(kind).await;
        let mut command = latchkey(database.folder.path(), &["--database-url", &database.url]);
        if kind == Kind::Postgresql {
            command.env("SECRET_KEY", SECRET_KEY);
        }
        let server = Server::start(command);
        // The PostgreSQL driver checks whether notices are logged, which must not suppress lines of the server.
        assert!(server.startup_log.contains("database migrated"), "{kind:?}: {}", server.startup_log);
        assert_eq!(
            server.startup_log.contains("signing secret generated"),
            kind == Kind::Sqlite,
            "{}",
            server.startup_log
        );
        server.stop();
        database.drop().await;
    }
}

#[test]
fn an_invalid_manifest_of_trusted_documents_prevents_the_start() {
    let folder = tempfile::tempdir().unwrap();
    for (manifest, problem) in
        [("[]", "is not a JSON object"), (r#"{"a":"{"}"#, "has a document that cannot be executed, a: ")]
    {
        std::fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        let output = output(folder.path(), &["--trusted-documents", "manifest.json", "--bind", "127.0.0.1:0"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(problem), "{error}");
    }
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("latchkey.db.secret");
    std::fs::write(&file, "a secret in a file, long enough for HS256").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let output = output(folder.path(), &["serve", "--bind", "127.0.0.1:0"]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && stderr.contains("chmod 600"), "{stderr}");
}
