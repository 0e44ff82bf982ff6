//! The limits of connections, request heads and bodies, which hold before a client authenticates.

mod bodies;
mod heads;
mod protocol;
mod slots;

use std::{net::SocketAddr, time::Duration};

use latchkey::config::Config;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::{
    TestApp,
    database::{Kind, TestDatabase},
};

/// How long each step may take.
const IN_TIME: Duration = Duration::from_secs(8);

const TYPENAME: &str = r#"{"query":"{ __typename }"}"#;

async fn start(adjust: impl FnOnce(&mut Config)) -> TestApp {
    TestApp::start_with(Kind::Sqlite, TestDatabase::create(Kind::Sqlite).await, adjust).await
}

fn address(app: &TestApp) -> SocketAddr {
    app.url("").trim_start_matches("http://").parse().expect("an address")
}

/// A connection from a loopback address.
async fn connect_from(app: &TestApp, from: &str) -> TcpStream {
    connect(address(app), from).await
}

async fn connect(server: SocketAddr, from: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::new(from.parse().expect("an address"), 0)).expect("an address of this machine");
    socket.connect(server).await.expect("a connection")
}

/// Everything that the server sends until it closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let _ = timeout(IN_TIME, stream.read_to_end(&mut received)).await.expect("closed in time");
    String::from_utf8_lossy(&received).into_owned()
}

async fn answer_from(app: &TestApp, from: &str, bytes: &[u8]) -> String {
    answer_on(connect_from(app, from).await, bytes).await
}

/// Sends these bytes in pieces as long as the server reads them, and returns everything that the server sends.
async fn answer_on(stream: TcpStream, bytes: &[u8]) -> String {
    let (mut from_server, mut to_server) = stream.into_split();
    let bytes = bytes.to_vec();
    let sending = tokio::spawn(async move {
        for piece in bytes.chunks(3000) {
            if to_server.write_all(piece).await.is_err() {
                break;
            }
        }
        to_server
    });
    let mut received = Vec::new();
    let _ = timeout(IN_TIME, from_server.read_to_end(&mut received)).await.expect("closed in time");
    drop(sending.await);
    String::from_utf8_lossy(&received).into_owned()
}

async fn answer(app: &TestApp, text: impl AsRef<[u8]>) -> String {
    answer_from(app, "127.0.0.1", text.as_ref()).await
}

/// A request that asks to close the connection, with these header lines.
fn get(path: &str, lines: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: x\r\n{lines}connection: close\r\n\r\n")
}

fn post(lines: &str, body: &str) -> String {
    format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nconnection: close\r\n{lines}\r\n{body}"
    )
}

fn status(answer: &str) -> &str {
    answer.split("\r\n").next().unwrap_or_default()
}
