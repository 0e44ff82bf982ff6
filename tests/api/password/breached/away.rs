//! A service or list that fails: registrations succeed, and the log has one warning.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;
use tokio::task::spawn_blocking;

use super::{OTHERS, sha1};
use crate::support::{
    PASSWORD, at,
    program::{Server, latchkey},
};

/// The first bytes of each connection.
type FirstBytes = Arc<Mutex<Vec<Vec<u8>>>>;

/// A service that accepts connections, records their first bytes, and then calls a function.
fn service(scheme: &str, then: impl Fn(TcpStream) + Send + 'static) -> (String, FirstBytes) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("{scheme}://{}/range/", listener.local_addr().unwrap());
    let first_bytes = FirstBytes::default();
    let recorded = Arc::clone(&first_bytes);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut first = vec![0; 1000];
            let length = stream.read(&mut first).unwrap_or_default();
            recorded.lock().unwrap().push(first[..length].to_vec());
            then(stream);
        }
    });
    (url, first_bytes)
}

fn service_with_response(scheme: &str, answer: String) -> (String, FirstBytes) {
    service(scheme, move |mut stream| drop(stream.write_all(answer.as_bytes())))
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Registers two users at a server with this service or list, and returns the only warning in its log.
async fn warning(source: &str, meanwhile: impl FnOnce()) -> String {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--breached-passwords", source, "--bcrypt-cost", "10", "--hash-lanes", "1", "--log", "trace"];
    let server = Server::start(latchkey(folder.path(), &arguments));
    meanwhile();
    for username in ["ada", "bob"] {
        let input = json!({ "username": username, "password": PASSWORD });
        let answer = server.client(None).register_with(input).await;
        assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{source}: {answer}");
    }
    let log = server.startup_log.clone() + &spawn_blocking(|| server.stop()).await.unwrap();
    for secret in [PASSWORD, &sha1(PASSWORD)[..5], &sha1(PASSWORD)[5..], &sha1(PASSWORD).to_lowercase()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("breached password lookup failed")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    lines[0].to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_service_does_not_delay_registrations() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let open = Mutex::new(Vec::new());
    let endless = |mut stream: TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(OTHERS.as_bytes()).is_ok() {}
    };
    let cut_off = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{OTHERS}");
    for ((source, _), why) in [
        ((format!("http://{unused}/range/"), FirstBytes::default()), "Connection refused"),
        (service("http", move |stream| open.lock().unwrap().push(stream)), "no answer within a second"),
        (service_with_response("http", String::new()), "connection closed"),
        (service_with_response("http", "what?\r\n\r\n".to_owned()), "invalid HTTP version"),
        (service_with_response("http", answer("500 Internal Server Error", OTHERS)), "answered 500"),
        (service_with_response("http", answer("302 Found", OTHERS)), "answered 302"),
        (service_with_response("http", answer("200 OK", "<html>Please log in</html>")), "is not a list of hashes"),
        (service_with_response("http", answer("200 OK", "")), "is not a list of hashes"),
        (service_with_response("http", cut_off), "end of file before message length reached"),
        (service("http", endless), "length limit exceeded"),
        (service_with_response("https", answer("200 OK", OTHERS)), "InvalidContentType"),
    ] {
        let warning = warning(&source, || {}).await;
        assert!(warning.contains(why), "{why}: {warning}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_receives_five_digits_and_over_https_nothing_in_clear_text() {
    let (source, first_bytes) = service_with_response("http", answer("500 Internal Server Error", ""));
    warning(&source, || {}).await;
    let request = String::from_utf8(first_bytes.lock().unwrap()[0].clone()).unwrap();
    let mut lines: Vec<&str> = request.trim_end().split("\r\n").collect();
    lines.sort_unstable();
    let host = format!("host: {}", source.split('/').nth(2).unwrap());
    let path = format!("GET /range/{} HTTP/1.1", &sha1(PASSWORD)[..5]);
    assert_eq!(lines, [&path, "add-padding: true", &host, "user-agent: latchkey"]);

    let (source, first_bytes) = service_with_response("https", String::new());
    warning(&source, || {}).await;
    let hello = &first_bytes.lock().unwrap()[0];
    // A handshake record of TLS (RFC 8446 §5.1).
    assert_eq!(hello[0], 22, "{hello:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_invalid_list_does_not_prevent_registrations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    let list = format!("{}:1\n", sha1(PASSWORD));
    for (why, text) in
        [("No such file", None), ("is empty", Some("")), ("a line that is not a SHA-1 hash", Some("what?"))]
    {
        std::fs::write(&path, &list).unwrap();
        let change = || match text {
            Some(text) => std::fs::write(&path, text).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        };
        let warning = warning(path.to_str().unwrap(), change).await;
        assert!(warning.contains(why), "{why}: {warning}");
    }
}
