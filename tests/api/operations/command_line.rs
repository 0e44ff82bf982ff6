//! The program itself, as a newcomer and an operator run it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    process::Output,
};

use serde_json::Value;

use crate::support::{
    SECRET_KEY, at,
    database::{Kind, TestDatabase},
    program::{Server, latchkey},
};

fn output(folder: &Path, arguments: &[&str]) -> Output {
    latchkey(folder, arguments).output().expect("it runs")
}

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
        let servers: Vec<Server> = starting.into_iter().map(|server| server.join().expect("it comes up")).collect();

        let answer = servers[0].client(None).register("ada@example.com").await;
        let token = at(&answer, "data.register.tokens.accessToken").as_str().unwrap().to_owned();
        for server in &servers {
            assert_eq!(server.client(Some(token.clone())).token_rejection().await, Value::Null, "{kind:?}: one secret");
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
        // The PostgreSQL driver asks whether notices would be logged; no line of ours is lost over that.
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_stops_on_sigterm_and_finishes_pending_requests() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--bcrypt-cost", "14"]));
    let client = server.client(None);
    let registering = tokio::spawn(async move { client.register("ada@example.com").await });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!registering.is_finished(), "there is something under way");
    let log = server.stop();
    let answer = registering.await.unwrap();
    assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{answer}");
    assert!(log.contains("stopped"), "{log}");
}

#[test]
fn a_request_that_arrives_during_the_shutdown_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &[]));
    let address = server.endpoint.strip_prefix("http://").unwrap().trim_end_matches("/graphql");
    let mut connection = TcpStream::connect(address).expect("connected");
    server.signal("TERM");
    // Until it has heard so, and does not take connections any more.
    while TcpStream::connect(address).is_ok() {
        // On a busy machine, more connections than the system keeps in line would make this one wait for a second.
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    connection.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").expect("sent");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("connection: close"), "{answer}");
    server.wait();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn during_the_drain_the_server_is_not_ready_and_still_answers() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--drain-seconds", "1"]));
    let ready = server.endpoint.replace("/graphql", "/readyz");
    assert_eq!(reqwest::get(&ready).await.unwrap().status(), 200);
    server.signal("TERM");
    while reqwest::get(&ready).await.expect("still answering").status() != 503 {}
    let answer = server.client(None).post(&serde_json::json!({ "query": "{ __typename }" })).await;
    assert_eq!(answer.headers()["connection"], "close", "the next request may go elsewhere");
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(at(&answer, "data.__typename"), "Query");
    server.wait();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_is_logged_once_with_the_request_id_of_the_response() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--log", "info", "--log-format", "json"]));
    let file = format!("sqlite://{}", folder.path().join("latchkey.db").display());
    let rows = sea_orm::Database::connect(file).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&rows, "DROP TABLE passwords").await.unwrap();

    let answer = server.client(None).login("ada@example.com", "a canary in the mine").await;
    let id = at(&answer, "errors.0.extensions.requestId").as_str().unwrap().to_owned();
    let log = server.stop();
    let broke: Vec<&str> = log.lines().filter(|line| line.contains("a request broke")).collect();
    assert_eq!(broke.len(), 1, "{log}");
    assert!(broke[0].contains(&id), "{log}");
    assert!(!log.contains("canary") && !log.contains("ada@example.com"), "{log}");
}

#[test]
fn a_flag_works_before_and_after_a_command() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["--bcrypt-cost", "14", "check-config"], ["check-config", "--bcrypt-cost", "14"]] {
        let shown = String::from_utf8(output(folder.path(), &arguments).stdout).unwrap();
        assert!(shown.lines().any(|line| line.starts_with("BCRYPT_COST") && line.contains("14")), "{shown}");
    }
    let database = ["--database-url", "sqlite://other.db", "migrate", "status"];
    assert!(output(folder.path(), &database).status.success());
    assert!(folder.path().join("other.db").exists() && !folder.path().join("latchkey.db").exists());
}

#[test]
fn a_secret_and_its_file_must_not_both_be_set() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("secret"), "a secret in a file, long enough for HS256").unwrap();
    let check = |value: &str| {
        let mut command = latchkey(folder.path(), &["check-config"]);
        command.envs([("SECRET_KEY", value), ("SECRET_KEY_FILE", "secret")]).output().unwrap()
    };
    let both = check("another secret, and long enough for HS256");
    assert!(String::from_utf8(both.stderr).unwrap().contains("SECRET_KEY_FILE is set, and so is SECRET_KEY"));
    // Compose files pass empty variables for what is not set.
    assert!(String::from_utf8(check("").stdout).unwrap().contains("(file)"));
}

#[test]
fn all_invalid_settings_are_named_together_and_no_value_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = latchkey(folder.path(), &["--bcrypt-cost", "hunter2"]);
    command.envs([("DATABASE_URL", "postgres://ada:hunter2@localhost/x"), ("LATCHKEY_BIND", "hunter2")]);
    command.envs([("LATCHKEY_COLOUR", "hunter2"), ("SECRET_KEY_FILE", "/nowhere/hunter2"), ("BIND", "hunter2")]);
    let output = command.output().unwrap();

    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for name in
        ["BCRYPT_COST", "LATCHKEY_BIND", "LATCHKEY_COLOUR", "SECRET_KEY_FILE", "SECRET_KEY is required", "BIND must"]
    {
        assert!(said.contains(name), "{name}: {said}");
    }
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made before the settings are right");
}

#[test]
fn settings_are_read_from_flags_then_the_environment_then_files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".env"), "BCRYPT_COST=13\nLOG=debug\nTOKEN_ISSUER=dot-env\n").unwrap();
    std::fs::write(folder.path().join("secret"), "a secret in a file, long enough for HS256\n").unwrap();
    let mut command = latchkey(folder.path(), &["check-config", "--log", "warn"]);
    let output =
        command.envs([("BCRYPT_COST", "11"), ("LOG", "error"), ("SECRET_KEY_FILE", "secret")]).output().unwrap();

    let shown = String::from_utf8(output.stdout).unwrap();
    let line = |name: &str| {
        shown.lines().find(|line| line.starts_with(name)).unwrap().split_whitespace().skip(1).collect::<Vec<_>>()
    };
    assert_eq!(line("LOG "), ["warn", "(flag)"]);
    assert_eq!(line("BCRYPT_COST"), ["11", "(environment)"]);
    assert_eq!(line("TOKEN_ISSUER"), ["dot-env", "(.env)"]);
    assert_eq!(line("SECRET_KEY"), ["********", "(file)"]);
}

#[test]
fn a_secret_file_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("latchkey.db.secret");
    std::fs::write(&file, "a secret in a file, long enough for HS256").unwrap();
    std::fs::set_permissions(&file, PermissionsExt::from_mode(0o644)).unwrap();
    let output = output(folder.path(), &["serve", "--bind", "127.0.0.1:0"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("chmod 600"), "{said}");
}

#[test]
fn an_invalid_manifest_of_trusted_documents_prevents_the_start() {
    let folder = tempfile::tempdir().unwrap();
    for (manifest, said) in [("[]", "is not a JSON object"), (r#"{"a":"{"}"#, "holds a document that cannot run, a: ")]
    {
        std::fs::write(folder.path().join("manifest.json"), manifest).unwrap();
        let output = output(folder.path(), &["--trusted-documents", "manifest.json", "--bind", "127.0.0.1:0"]);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(said), "{error}");
    }
}

#[test]
fn migrations_are_applied_reverted_and_listed() {
    let folder = tempfile::tempdir().unwrap();
    let postgres = output(folder.path(), &["migrate", "status", "--database-url", "postgres://127.0.0.1:1/x"]);
    assert!(!String::from_utf8(postgres.stderr).unwrap().contains("SECRET_KEY"), "a migration needs no secret");
    let run = |arguments: &[&str]| {
        let output = output(folder.path(), arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let steps = run(&["migrate", "status"]).matches("missing").count();
    assert!(steps >= 3);
    assert_eq!(run(&["migrate", "up"]), format!("{steps} steps taken\n"));
    assert_eq!(run(&["migrate", "down", "2"]), "2 steps taken back\n");
    assert_eq!(run(&["migrate", "status"]).matches("applied").count(), steps - 2);
    assert!(run(&["migrate", "up"]).contains('2'));
}

#[test]
fn a_closed_standard_output_is_not_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["schema"][..], &["check-config"], &["migrate", "status"]] {
        let mut child = latchkey(folder.path(), arguments).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(child.wait().unwrap().success(), "{arguments:?}: {said}");
    }
}

#[test]
fn an_empty_secret_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty"), "\n").unwrap();
    let output = latchkey(folder.path(), &["check-config"]).env("SECRET_KEY_FILE", "empty").output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().contains("SECRET_KEY_FILE names an empty file"));
}

#[test]
fn help_explains_every_setting() {
    let folder = tempfile::tempdir().unwrap();
    let help = String::from_utf8(output(folder.path(), &["--help"]).stdout).unwrap();
    for setting in latchkey::config::SETTINGS {
        assert!(help.contains(&format!("--{}", setting.flag())) && help.contains(setting.name), "{}", setting.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_healthcheck_command_requests_the_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--drain-seconds", "5"]));
    let bind = server.endpoint.trim_start_matches("http://").trim_end_matches("/graphql").to_owned();
    let everywhere = bind.replace("127.0.0.1", "0.0.0.0");
    let ask = |arguments: &[&str]| {
        let output = output(folder.path(), &[&["healthcheck"], arguments].concat());
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let well = (Some(0), String::new());
    assert_eq!(ask(&["--bind", &bind]), well);
    assert_eq!(ask(&["--bind", &everywhere, "--ready"]), well);

    server.signal("TERM");
    let leaving = (Some(1), format!("latchkey: {bind} answers 503 Service Unavailable\n"));
    let asked = (0..50).map(|_| ask(&["--bind", &bind, "--ready"])).find(|said| *said != well);
    assert_eq!(asked, Some(leaving));
    assert_eq!(ask(&["--bind", &bind]), well, "it answers as long as it is there");
    server.wait();
    let (code, said) = ask(&["--bind", &bind]);
    assert!(code == Some(1) && said.starts_with(&format!("latchkey: cannot connect to {bind}: ")), "{said}");
}
