//! Closes a connection so that the client can read the last response.
//!
//! If a connection is closed before the server has read everything that the client sent, it is reset, and the reset may
//! overtake the response. A client whose request is refused while it is still sending would not see the reason.

use std::{pin::Pin, time::Duration};

use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};
use tokio_io_timeout::TimeoutStream;

/// How long the server reads and discards what the client still sends.
const LINGER: Duration = Duration::from_secs(1);

/// The first bytes from a client that assumes HTTP/2 (RFC 9113 §3.4).
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// The response to such a client, in HTTP/1.1.
const NO_HTTP2: &[u8] = b"HTTP/1.1 505 HTTP Version Not Supported\r\nconnection: close\r\n\
    content-type: text/plain; charset=utf-8\r\ncontent-length: 14\r\n\r\nUse HTTP/1.1.\n";

/// Closes a connection after its last response. `unread` is what was received and belongs to no request.
pub(super) async fn finish(mut stream: Pin<Box<TimeoutStream<TcpStream>>>, unread: &[u8]) {
    if unread.starts_with(HTTP2_PREFACE) && stream.write_all(NO_HTTP2).await.is_err() {
        return;
    }
    // hyper has already shut the stream down if it sent a response.
    if stream.shutdown().await.is_ok() {
        let _ = timeout(LINGER, discard(stream.get_ref())).await;
    }
}

/// Reads and discards until the client closes the connection, too.
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
