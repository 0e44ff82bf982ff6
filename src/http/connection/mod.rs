//! Connections: accepting them, serving requests on them, and closing them.

mod closing;
mod host;
pub(super) mod slots;

use std::{net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::body::Body;
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    time::timeout,
};
use tokio_io_timeout::TimeoutStream;

use self::slots::{ConnectionSlots, Slot};
use crate::http::{middleware::HttpService, request::client_address::Peer};

/// How long a client may take to send the head of a request, and be silent between two of them.
const HEAD: Duration = Duration::from_secs(5);

/// How long a client may take nothing of an answer that waits for it.
const TAKE: Duration = Duration::from_secs(10);

/// The longest head of a request, in bytes: request line and headers. A longer one is answered with 431.
const MAX_HEAD: usize = 16 * 1024;

/// The most headers of a request. More are answered with 431.
const MAX_HEADERS: usize = 64;

/// How long a connection without a request has for one that is on its way when the server stops: whoever sent it, such as a
/// proxy, may not send it again.
const ON_ITS_WAY: Duration = Duration::from_secs(1);

/// A place among the clients that may be connected at once, for as long as somebody holds it. A server that stops waits
/// for all of them.
#[derive(Clone, Debug)]
pub(super) struct Connected(#[expect(dead_code, reason = "is held, not read")] Arc<(Slot, mpsc::Sender<()>)>);

/// Takes one connection after the other, for as many as there are slots.
pub(super) async fn take_connections(
    listener: &TcpListener,
    service: &impl HttpService,
    slots: ConnectionSlots,
    alive: mpsc::Sender<()>,
    stopping: &watch::Receiver<bool>,
) {
    while let Some((stream, peer, slot)) = slots.next(listener).await {
        let place = Connected(Arc::new((slot, alive.clone())));
        tokio::spawn(serve(stream, peer, place, service.clone(), stopping.clone()));
    }
}

/// The stream of a client that takes what it asked for, or is cut off.
fn patient(stream: TcpStream) -> Pin<Box<TimeoutStream<TcpStream>>> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(TAKE));
    Box::pin(stream)
}

/// One connection's life: HTTP/1.1, with a deadline for every head. How it ends is the client's business.
async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    place: Connected,
    service: impl HttpService,
    mut stopping: watch::Receiver<bool>,
) {
    // Answers are small and written whole.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        request.extensions_mut().insert(place.clone());
        let answer = host::refusal(&request).ok_or_else(|| service.clone().call(request));
        async {
            match answer {
                Ok(refusal) => Ok(refusal),
                Err(answer) => answer.await,
            }
        }
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(MAX_HEAD)
        .max_header_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        // For handshakes of WebSockets, whose answer repeats it: see `socket`.
        .preserve_header_case(true)
        .serve_connection(TokioIo::new(patient(stream)), service)
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
    if timeout(ON_ITS_WAY, &mut connection).await.is_err() {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = connection.await;
    }
}
