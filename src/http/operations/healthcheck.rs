//! Asks a running server how it is, for those who watch over it and have nothing to ask with, such as containers.

use std::{io, net::SocketAddr, time::Duration};

use http_body_util::Empty;
use hyper::{
    Request, StatusCode, Uri,
    body::Bytes,
    client::conn::http1,
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Does the process answer?
    Alive,
    /// May requests be sent there?
    Ready,
}

/// Why the answer is no.
#[derive(Debug, thiserror::Error)]
pub enum Unhealthy {
    /// There is nobody.
    #[error("nothing answers at {0}: {1}")]
    Absent(SocketAddr, io::Error),
    /// Somebody is there, and does not answer.
    #[error("{0} took the connection and gave no answer")]
    Silent(SocketAddr),
    /// The server says so.
    #[error("{0} answers {1}")]
    Refused(SocketAddr, StatusCode),
}

/// Asks the server that listens on this address.
///
/// # Errors
///
/// [`Unhealthy`].
pub async fn check(address: SocketAddr, probe: Probe) -> Result<(), Unhealthy> {
    match tokio::time::timeout(PATIENCE, status(address, probe)).await {
        Ok(Ok(StatusCode::OK)) => Ok(()),
        Ok(Ok(status)) => Err(Unhealthy::Refused(address, status)),
        Ok(Err(unhealthy)) => Err(unhealthy),
        Err(_elapsed) => Err(Unhealthy::Silent(address)),
    }
}

async fn status(address: SocketAddr, probe: Probe) -> Result<StatusCode, Unhealthy> {
    let stream = TcpStream::connect(address).await.map_err(|error| Unhealthy::Absent(address, error))?;
    let silent = |_| Unhealthy::Silent(address);
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(silent)?;
    tokio::spawn(connection);
    let path = match probe {
        Probe::Alive => "/healthz",
        Probe::Ready => "/readyz",
    };
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.uri_mut() = Uri::from_static(path);
    request.headers_mut().extend(HeaderValue::from_str(&address.to_string()).ok().map(|host| (HOST, host)));
    Ok(sender.send_request(request).await.map_err(silent)?.status())
}
