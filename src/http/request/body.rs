//! Reads the body of a request, with limits for its size, its duration, and the bytes in transfer.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::StatusCode,
};
use futures_util::future::poll_immediate;
use http_body_util::BodyExt;
use ipnet::IpNet;
use tokio::time::timeout;

use crate::http::quota::{Exceeded, Quota};

/// The largest body that is accepted, in bytes.
pub(in crate::http) const MAX_BODY: usize = 64 * 1024;

/// How long a client may take to send a body.
const READ_TIMEOUT: Duration = Duration::from_secs(3);

/// The most bytes of bodies in transfer, of one network and of all networks together.
const IN_TRANSFER: (usize, usize) = (1024 * 1024, 16 * 1024 * 1024);

/// A body is counted once more than this has arrived, in bytes. Less fits in the buffers of the connection, so that
/// these limits never affect usual requests.
const UNCOUNTED: usize = 4 * 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum BodyError {
    TooLong,
    TooSlow,
    /// The connection was closed, or the encoding is invalid.
    Incomplete,
    /// The network has too many bytes in transfer.
    NetworkQuota,
    /// All networks together have too many bytes in transfer.
    TotalQuota,
}

/// The quota for bodies in transfer.
pub(in crate::http) fn quota() -> Arc<Quota> {
    let (per_network, total) = IN_TRANSFER;
    Arc::new(Quota::new(per_network, total))
}

/// Reads a whole body. Most bodies arrive together with the head of the request; those need no accounting.
pub(in crate::http) async fn read(
    mut body: Body,
    quota: &Arc<Quota>,
    network: impl FnOnce() -> Option<IpNet>,
) -> Result<Bytes, BodyError> {
    // Refused before `100 Continue` is sent to a client that waits for it.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(BodyError::TooLong);
    }
    let mut begin = Bytes::new();
    while let Some(frame) = poll_immediate(body.frame()).await {
        let Some(frame) = frame else { return Ok(begin) };
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if data.is_empty() {
            continue;
        }
        begin = data;
        break;
    }
    if body.is_end_stream() {
        return Ok(begin);
    }
    let rest = read_rest(begin, body, quota, network());
    timeout(READ_TIMEOUT, rest).await.map_err(|_| BodyError::TooSlow)?
}

/// Reads the part of a body that has not arrived yet. Counts its bytes until all of it has arrived.
async fn read_rest(
    begin: Bytes,
    mut body: Body,
    quota: &Arc<Quota>,
    network: Option<IpNet>,
) -> Result<Bytes, BodyError> {
    let mut share = quota.share(network);
    let (mut whole, mut counted) = (Vec::from(begin), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Incomplete)?.into_data() else { continue };
        if whole.len() + data.len() > MAX_BODY {
            return Err(BodyError::TooLong);
        }
        whole.extend_from_slice(&data);
        if whole.len() > UNCOUNTED {
            share.grow(whole.len() - counted)?;
            counted = whole.len();
        }
    }
    Ok(whole.into())
}

impl From<Exceeded> for BodyError {
    fn from(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Network => Self::NetworkQuota,
            Exceeded::Total => Self::TotalQuota,
        }
    }
}

impl BodyError {
    pub(in crate::http) fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Incomplete => StatusCode::BAD_REQUEST,
            Self::NetworkQuota => StatusCode::TOO_MANY_REQUESTS,
            Self::TotalQuota => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The message for the client.
    pub(in crate::http) fn message(self) -> String {
        let (per_network, total) = IN_TRANSFER;
        match self {
            Self::TooLong => format!("Send a body of at most {MAX_BODY} bytes."),
            Self::TooSlow => format!("The body did not arrive within {} seconds.", READ_TIMEOUT.as_secs()),
            Self::Incomplete => "The body is incomplete, or not encoded as its headers say.".to_owned(),
            Self::NetworkQuota => {
                format!(
                    "Your network is sending more than {per_network} bytes of request bodies at once. Try again later."
                )
            }
            Self::TotalQuota => {
                format!("Clients are sending more than {total} bytes of request bodies at once. Try again later.")
            }
        }
    }
}
