//! The bodies of large responses: limited together as long as their clients have not read them.

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

/// How many bytes of large responses one network may have in transfer, and all networks together.
const IN_TRANSFER: (usize, usize) = (4 * 1024 * 1024, 32 * 1024 * 1024);

/// A response of this length is not counted: it is about what the buffers of its connection take.
const UNCOUNTED: usize = 64 * 1024;

/// How much is handed to the connection at a time, so that the rest is known to be here.
const PIECE: usize = 16 * 1024;

/// The limits of large responses in transfer at the same time.
pub(in crate::http) fn quota() -> Arc<Quota> {
    let (per_network, total) = IN_TRANSFER;
    Arc::new(Quota::new(per_network, total))
}

/// The body of a response, which is counted until the last piece of it is handed over.
pub(in crate::http) fn counted(json: Vec<u8>, quota: &Arc<Quota>, network: Option<IpNet>) -> Result<Body, Exceeded> {
    if json.len() <= UNCOUNTED {
        return Ok(Body::from(json));
    }
    let mut share = quota.share(network);
    share.grow(json.len())?;
    Ok(Body::new(Counted { rest: json.into(), _share: share }))
}

struct Counted {
    rest: Bytes,
    _share: Share,
}

impl HttpBody for Counted {
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
