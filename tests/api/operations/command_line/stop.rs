//! Stopping the server, and what it does until then.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use super::output;
use crate::support::{
    at,
    program::{Server, latchkey},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_stops_on_sigterm_and_finishes_pending_requests() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(latchkey(folder.path(), &["--bcrypt-cost", "14"]));
    let client = server.client(None);
    let registering = tokio::spawn(async move { client.register("ada@example.com").await });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert!(!registering.is_finished(), "the request must be pending");
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
    // Until the server has closed its listener.
    while TcpStream::connect(address).is_ok() {
        // Without a pause, the connections may overflow the accept queue on a busy machine, which delays them by a second.
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
    assert_eq!(answer.headers()["connection"], "close", "the client must open a new connection for its next request");
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
    let faults: Vec<&str> = log.lines().filter(|line| line.contains("request failed")).collect();
    assert_eq!(faults.len(), 1, "{log}");
    assert!(faults[0].contains(&id), "{log}");
    assert!(!log.contains("canary") && !log.contains("ada@example.com"), "{log}");
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
    let success = (Some(0), String::new());
    assert_eq!(ask(&["--bind", &bind]), success);
    assert_eq!(ask(&["--bind", &everywhere, "--ready"]), success);

    server.signal("TERM");
    let draining = (Some(1), format!("latchkey: {bind} responded with 503 Service Unavailable\n"));
    let failed = (0..50).map(|_| ask(&["--bind", &bind, "--ready"])).find(|result| *result != success);
    assert_eq!(failed, Some(draining));
    assert_eq!(ask(&["--bind", &bind]), success, "the server is alive during the drain");
    server.wait();
    let (code, stderr) = ask(&["--bind", &bind]);
    assert!(code == Some(1) && stderr.starts_with(&format!("latchkey: cannot connect to {bind}: ")), "{stderr}");
}
