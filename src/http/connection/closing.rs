//! How a connection ends that the server closes: so that the client can read the last answer.
//!
//! A connection that is closed while bytes of the client are unread is reset, and a reset may overtake the answer. A
//! client that is refused in the middle of a long head or body would never learn why.

use std::{pin::Pin, time::Duration};

use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_io_timeout::TimeoutStream;

/// How long the rest of what a client sends is read and thrown away.
const LINGER: Duration = Duration::from_secs(1);

/// How a client begins that takes HTTP/2 for granted (RFC 9113 §3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// What such a client is told, in a version of HTTP that this server speaks.
const NO_HTTP2: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 14\r\n\r\nUse HTTP/1.1.\n";

/// Finishes a connection on which nothing more is answered. `unread` is what was received and belongs to no request.
pub(in crate::http) async fn finish(mut stream: Pin<Box<TimeoutStream<TcpStream>>>, unread: &[u8]) {
    if unread.starts_with(HTTP2_PREFACE) && stream.write_all(NO_HTTP2).await.is_err() {
        return;
    }
    // Where an answer was sent, this is done already.
    if stream.shutdown().await.is_ok() {
        let _ = timeout(LINGER, discard(stream.get_ref())).await;
    }
}

/// Reads until the client closes the connection, too.
async fn discard(stream: &TcpStream) {
    while stream.readable().await.is_ok() {
        match stream.try_read(&mut [0; 8 * 1024]) {
            Ok(0) => return,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => return,
        }
    }
}
