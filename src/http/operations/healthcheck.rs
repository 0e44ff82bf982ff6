//! Asks a running server for its health, in containers that have no other HTTP client.
//!
//! ```no_run
//! use latchkey::http::healthcheck::{Probe, check};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! check("127.0.0.1:8000".parse()?, Probe::Ready).await?;
//! # Ok(())
//! # }
//! ```

use std::{io, net::SocketAddr, time::Duration};

use http_body_util::Empty;
use hyper::{
    Request, StatusCode, Uri,
    body::Bytes,
    client::conn::http1,
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, time::timeout};

/// How long the response may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A probe of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Whether the process responds.
    Alive,
    /// Whether the server can serve requests.
    Ready,
}

/// Why a probe failed.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// No connection could be opened.
    #[error("cannot connect to {0}: {1}")]
    NoConnection(SocketAddr, io::Error),
    /// The server did not respond in time, or not with HTTP.
    #[error("no response from {0}")]
    NoResponse(SocketAddr),
    /// The server responded that it is not healthy.
    #[error("{0} responded with {1}")]
    Refused(SocketAddr, StatusCode),
}

/// Sends a probe to the server that listens on this address.
///
/// # Errors
///
/// [`Unhealthy`] unless the response has status 200.
pub async fn check(address: SocketAddr, probe: Probe) -> Result<(), Unhealthy> {
    match timeout(TIMEOUT, status(address, probe)).await {
        Ok(Ok(StatusCode::OK)) => Ok(()),
        Ok(Ok(status)) => Err(Unhealthy::Refused(address, status)),
        Ok(Err(unhealthy)) => Err(unhealthy),
        Err(_elapsed) => Err(Unhealthy::NoResponse(address)),
    }
}

async fn status(address: SocketAddr, probe: Probe) -> Result<StatusCode, Unhealthy> {
    let stream = TcpStream::connect(address).await.map_err(|error| Unhealthy::NoConnection(address, error))?;
    let no_response = |_| Unhealthy::NoResponse(address);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(no_response)?;
    tokio::spawn(connection);
    let path = match probe {
        Probe::Alive => "/healthz",
        Probe::Ready => "/readyz",
    };
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.uri_mut() = Uri::from_static(path);
    request.headers_mut().extend(HeaderValue::from_str(&address.to_string()).ok().map(|host| (HOST, host)));
    Ok(sender.send_request(request).await.map_err(no_response)?.status())
}
