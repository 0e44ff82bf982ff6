//! Connections of clients: accepts them, serves requests on them, and closes them.
//!
//! A slow client cannot keep a connection: sending the head of a request and reading a response have time limits.
//! `slots` limits the number of connections, `host` checks the one header that HTTP/1.1 requires, and `closing` makes
//! sure that the client can read the last response.
//!
//! Knows nothing about routes and GraphQL: it calls an [`HttpService`] for each request.

mod closing;
mod host;
pub(super) mod slots;

use std::{net::SocketAddr, pin::Pin, time::Duration};

use axum::body::Body;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;

use self::slots::{ConnectionGuard, ConnectionSlots};
use crate::http::{middleware::HttpService, request::client_address::Peer};

/// How long a client may take to send the head of a request. Also the longest pause between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may read nothing of a response that is being sent.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes: request line and headers. A longer head gets status 431.
const MAX_HEAD: usize = 16 * 1024;

/// The most headers of a request. More headers get status 431.
const MAX_HEADERS: usize = 64;

/// How long a server that stops keeps a connection without a request open. A request may be on its way, and its sender,
/// such as a proxy, may not send it again.
const LAST_REQUEST: Duration = Duration::from_secs(1);

/// Accepts connections, as long as there are free slots, and serves each of them in a task of its own.
pub(super) async fn accept_connections(
    listener: &TcpListener,
    service: &impl HttpService,
    slots: ConnectionSlots,
    alive: mpsc::Sender<()>,
    stopping: &watch::Receiver<bool>,
) {
    while let Some((stream, peer, slot)) = slots.next(listener).await {
        let guard = ConnectionGuard::new(slot, alive.clone());
        tokio::spawn(serve(stream, peer, guard, service.clone(), stopping.clone()));
    }
}

/// Serves HTTP/1.1 requests on a connection until one side closes it. Errors are not logged: clients may disconnect at
/// any time.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    guard: ConnectionGuard,
    service: impl HttpService,
    mut stopping: watch::Receiver<bool>,
) {
    // Responses are small and written in one piece.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        request.extensions_mut().insert(guard.clone());
        let response = host::refusal(&request).ok_or_else(|| service.clone().call(request));
        async {
            match response {
                Ok(refusal) => Ok(refusal),
                Err(response) => response.await,
            }
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD)
        .max_header_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        // The response to a WebSocket handshake repeats the case of its headers, see `socket`.
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(with_write_timeout(stream)), service)
        .with_upgrades();

    let ended = tokio::select! {
        ended = &mut connection => Some(ended),
        _ = stopping.wait_for(|stopping| *stopping) => None,
    };
    if let Some(ended) = ended {
        let is_silent = ended.is_err_and(|error| error.is_timeout());
        if let Some(parts) = connection.into_parts().filter(|_| !is_silent) {
            closing::finish(parts.io.into_inner(), &parts.read_buf).await;
        }
        return;
    }
    if timeout(LAST_REQUEST, &mut connection).await.is_err() {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = connection.await;
    }
}

fn with_write_timeout(stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITE_TIMEOUT));
    Box::pin(stream)
}
