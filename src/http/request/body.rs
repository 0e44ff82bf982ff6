//! Reads the body of a request, within the limits of its size, its time and its network.

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

/// The largest body that is read, in bytes.
pub(in crate::http) const MAX_BODY: usize = 64 * 1024;

/// How long a client may take to send a body.
const DEADLINE: Duration = Duration::from_secs(3);

/// How many bytes of bodies one network may have in transfer, and all networks together.
const IN_TRANSFER: (usize, usize) = (1024 * 1024, 16 * 1024 * 1024);

/// A body of which no more has arrived is not counted: what it takes is less than the connection's own buffers, and a
/// usual request is never in the way of a limit.
const UNCOUNTED: usize = 4 * 1024;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum Unreadable {
    TooLong,
    TooSlow,
    Broken,
    TooManyOfNetwork,
    TooMany,
}

/// The limits of bodies that are in transfer at the same time.
pub(in crate::http) fn quota() -> Arc<Quota> {
    let (per_network, total) = IN_TRANSFER;
    Arc::new(Quota::new(per_network, total))
}

/// Reads a whole body. Most bodies arrive together with the head of the request: those cost no accounting.
pub(in crate::http) async fn read(
    mut body: Body,
    quota: &Arc<Quota>,
    network: impl FnOnce() -> Option<IpNet>,
) -> Result<Bytes, Unreadable> {
    // Refused before a client that waits for `100 Continue` is asked for it.
    if body.size_hint().lower() > MAX_BODY as u64 {
        return Err(Unreadable::TooLong);
    }
    let mut begin = Bytes::new();
    while let Some(frame) = poll_immediate(body.frame()).await {
        let Some(frame) = frame else { return Ok(begin) };
        let Ok(data) = frame.map_err(|_| Unreadable::Broken)?.into_data() else { continue };
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
    timeout(DEADLINE, rest).await.map_err(|_| Unreadable::TooSlow)?
}

/// Reads what has not arrived yet, and counts what has until all of it is there.
async fn read_rest(
    begin: Bytes,
    mut body: Body,
    quota: &Arc<Quota>,
    network: Option<IpNet>,
) -> Result<Bytes, Unreadable> {
    let mut share = quota.share(network);
    let (mut whole, mut counted) = (Vec::from(begin), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unreadable::Broken)?.into_data() else { continue };
        if whole.len() + data.len() > MAX_BODY {
            return Err(Unreadable::TooLong);
        }
        whole.extend_from_slice(&data);
        if whole.len() > UNCOUNTED {
            share.grow(whole.len() - counted)?;
            counted = whole.len();
        }
    }
    Ok(whole.into())
}

impl From<Exceeded> for Unreadable {
    fn from(exceeded: Exceeded) -> Self {
        match exceeded {
            Exceeded::Network => Self::TooManyOfNetwork,
            Exceeded::Total => Self::TooMany,
        }
    }
}

impl Unreadable {
    pub(in crate::http) fn status(self) -> StatusCode {
        match self {
            Self::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::TooManyOfNetwork => StatusCode::TOO_MANY_REQUESTS,
            Self::TooMany => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// What a client can do about it.
    pub(in crate::http) fn message(self) -> String {
        let (per_network, total) = IN_TRANSFER;
        match self {
            Self::TooLong => format!("Send a body of at most {MAX_BODY} bytes."),
            Self::TooSlow => format!("The body did not arrive within {} seconds.", DEADLINE.as_secs()),
            Self::Broken => "The body is broken off, or not written as its headers say.".to_owned(),
            Self::TooManyOfNetwork => {
                format!(
                    "Your network is sending more than {per_network} bytes of request bodies at once. Try again later."
                )
            }
            Self::TooMany => {
                format!("Clients are sending more than {total} bytes of request bodies at once. Try again later.")
            }
        }
    }
}
