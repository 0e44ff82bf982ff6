//! A service that gives no answer keeps nobody out, whatever it does instead, and costs one line in the log.

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

/// What the server says first, on every connection so far.
type Heard = Arc<Mutex<Vec<Vec<u8>>>>;

/// Takes every connection, listens to what comes first, and does this with it.
fn listening(scheme: &str, then: impl Fn(TcpStream) + Send + 'static) -> (String, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("{scheme}://{}/range/", listener.local_addr().unwrap());
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut first = vec![0; 1000];
            let length = stream.read(&mut first).unwrap_or_default();
            ear.lock().unwrap().push(first[..length].to_vec());
            then(stream);
        }
    });
    (url, heard)
}

fn saying(scheme: &str, answer: String) -> (String, Heard) {
    listening(scheme, move |mut stream| drop(stream.write_all(answer.as_bytes())))
}

fn answer(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nlocation: /elsewhere\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Registers two people at a server that looks their password up there, and gives the only warning that the log has.
async fn warning(place: &str, meanwhile: impl FnOnce()) -> String {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--breached-passwords", place, "--bcrypt-cost", "10", "--hash-lanes", "1", "--log", "trace"];
    let server = Server::start(latchkey(folder.path(), &arguments));
    meanwhile();
    for username in ["ada", "bob"] {
        let input = json!({ "username": username, "password": PASSWORD });
        let answer = server.client(None).register_with(input).await;
        assert_eq!(at(&answer, "data.register.__typename"), "RegisterSuccess", "{place}: {answer}");
    }
    let log = server.startup_log.clone() + &spawn_blocking(|| server.stop()).await.unwrap();
    for secret in [PASSWORD, &sha1(PASSWORD)[..5], &sha1(PASSWORD)[5..], &sha1(PASSWORD).to_lowercase()] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("without knowing whether they leaked")).collect();
    assert_eq!(lines.len(), 1, "{log}");
    lines[0].to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failing_service_does_not_delay_registrations() {
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let held = Mutex::new(Vec::new());
    let endless = |mut stream: TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(OTHERS.as_bytes()).is_ok() {}
    };
    let cut_off = format!("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{OTHERS}");
    for ((place, _), why) in [
        ((format!("http://{nobody}/range/"), Heard::default()), "Connection refused"),
        (listening("http", move |stream| held.lock().unwrap().push(stream)), "no answer within a second"),
        (saying("http", String::new()), "connection closed"),
        (saying("http", "what?\r\n\r\n".to_owned()), "invalid HTTP version"),
        (saying("http", answer("500 Internal Server Error", OTHERS)), "answered 500"),
        (saying("http", answer("302 Found", OTHERS)), "answered 302"),
        (saying("http", answer("200 OK", "<html>Please log in</html>")), "no list of hashes"),
        (saying("http", answer("200 OK", "")), "no list of hashes"),
        (saying("http", cut_off), "end of file before message length reached"),
        (listening("http", endless), "length limit exceeded"),
        (saying("https", answer("200 OK", OTHERS)), "InvalidContentType"),
    ] {
        let warning = warning(&place, || {}).await;
        assert!(warning.contains(why), "{why}: {warning}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_receives_five_digits_and_over_https_nothing_in_clear_text() {
    let (place, heard) = saying("http", answer("500 Internal Server Error", ""));
    warning(&place, || {}).await;
    let request = String::from_utf8(heard.lock().unwrap()[0].clone()).unwrap();
    let mut lines: Vec<&str> = request.trim_end().split("\r\n").collect();
    lines.sort_unstable();
    let host = format!("host: {}", place.split('/').nth(2).unwrap());
    let path = format!("GET /range/{} HTTP/1.1", &sha1(PASSWORD)[..5]);
    assert_eq!(lines, [&path, "add-padding: true", &host, "user-agent: latchkey"]);

    let (place, heard) = saying("https", String::new());
    warning(&place, || {}).await;
    let hello = &heard.lock().unwrap()[0];
    // A handshake record of TLS (RFC 8446 §5.1).
    assert_eq!(hello[0], 22, "{hello:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_invalid_list_does_not_prevent_registrations() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.txt");
    let list = format!("{}:1\n", sha1(PASSWORD));
    for (why, text) in [("No such file", None), ("is empty", Some("")), ("something else than a SHA-1", Some("what?"))]
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
