//! The bodies of large responses: the memory that they take until clients have read them is limited.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use ipnet::IpNet;

use crate::http::quota::{Exceeded, Quota, Share};

/// The most bytes of large responses in transfer, to one network and to all networks together.
const IN_TRANSFER: (usize, usize) = (4 * 1024 * 1024, 32 * 1024 * 1024);

/// Responses up to this length are not counted, in bytes. They take about as much memory as the buffers of a
/// connection.
const UNCOUNTED: usize = 64 * 1024;

/// The most bytes that are passed to the connection at a time. The rest stays here, and stays counted.
const PIECE: usize = 16 * 1024;

/// The quota for large responses in transfer.
pub(in crate::http) fn quota() -> Arc<Quota> {
    let (per_network, total) = IN_TRANSFER;
    Arc::new(Quota::new(per_network, total))
}

/// The body of a response. A large one takes a share of the quota until its last piece is passed to the connection.
pub(in crate::http) fn within_quota(
    json: Vec<u8>,
    quota: &Arc<Quota>,
    network: Option<IpNet>,
) -> Result<Body, Exceeded> {
    if json.len() <= UNCOUNTED {
        return Ok(Body::from(json));
    }
    let mut share = quota.share(network);
    share.grow(json.len())?;
    Ok(Body::new(CountedBody { rest: json.into(), _share: share }))
}

struct CountedBody {
    rest: Bytes,
    _share: Share,
}

impl HttpBody for CountedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        Poll::Ready((!piece.is_empty()).then(|| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
