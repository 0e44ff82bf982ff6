//! Accepts connections: as many at once as there is room for, and of one network no more than a part of them.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{
    accounts::Origin,
    http::{
        quota::{Quota, Share},
        request::client_address::is_trusted,
    },
    log_limiter::LogLimiter,
};

/// A network may take this part of all connections.
const PART_OF_A_NETWORK: usize = 16;

/// A network may take this many connections, however few there are.
const LEAST_OF_A_NETWORK: usize = 8;

/// How long to wait when the system has no descriptor left for one more connection.
const NO_DESCRIPTOR: Duration = Duration::from_millis(50);

/// The room for connections of one listener.
#[derive(Debug)]
pub(in crate::http) struct ConnectionSlots {
    slots: Arc<Semaphore>,
    networks: Arc<Quota>,
    trusted_proxies: Vec<IpNet>,
    refused: LogLimiter,
}

/// A connection's slot and its part of what its network may have. Both are free again when this is dropped.
#[derive(Debug)]
pub(in crate::http) struct Slot(
    #[expect(dead_code, reason = "is held, not read")] OwnedSemaphorePermit,
    #[expect(dead_code, reason = "is held, not read")] Share,
);

impl ConnectionSlots {
    /// Room for `most` connections, a sixteenth of them for one network, but at least eight. A trusted proxy carries
    /// clients of many networks, so the limit does not apply to it.
    pub(in crate::http) fn limited_by_network(most: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self::new(most, (most / PART_OF_A_NETWORK).max(LEAST_OF_A_NETWORK), trusted_proxies)
    }

    /// Room for `most` connections, which one network may have alone.
    pub(in crate::http) fn unlimited_by_network(most: usize) -> Self {
        Self::new(most, most, Vec::new())
    }

    fn new(most: usize, per_network: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(most)),
            networks: Arc::new(Quota::new(per_network, usize::MAX)),
            trusted_proxies,
            refused: LogLimiter::per_second(1),
        }
    }

    /// The next connection that may be served. While there are as many as there may be, the next ones wait in the
    /// system's queue. One that is too many of its network is closed and takes no slot. There is always a next one
    /// unless the slots are closed, which nothing does.
    pub(in crate::http) async fn next(&self, listener: &TcpListener) -> Option<(TcpStream, SocketAddr, Slot)> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => match self.share(peer.ip()) {
                    Some(share) => return Some((stream, peer, Slot(slot, share))),
                    None => self.refuse(stream),
                },
                // The client hung up already, or the system has no descriptors left.
                Err(error) => {
                    tracing::warn!(target: "latchkey::server", %error, "a connection was not accepted");
                    tokio::time::sleep(NO_DESCRIPTOR).await;
                }
            }
        }
    }

    fn share(&self, peer: IpAddr) -> Option<Share> {
        let peer = peer.to_canonical();
        let network =
            if is_trusted(peer, &self.trusted_proxies) { None } else { Origin::new(Some(peer), None, None).network() };
        let mut share = self.networks.share(network);
        share.grow(1).is_ok().then_some(share)
    }

    /// Closes a connection, with an answer for a client that reads it. Nothing here waits.
    fn refuse(&self, stream: TcpStream) {
        let limit = self.networks.per_network();
        if let Some(others) = self.refused.admit_now() {
            tracing::warn!(target: "latchkey::server", limit,
                others,
                "a connection was closed: its network has as many as it may; a proxy has to be named in TRUSTED_PROXIES"
            );
        }
        let Ok(mut stream) = stream.into_std() else { return };
        // Unread bytes would turn the end of the connection into a reset, which overtakes the answer.
        let _ = stream.read(&mut [0; 4096]);
        let text = format!("Your network has {limit} connections open, which is the limit. Try again later.\n");
        let head = "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
                    content-type: text/plain; charset=utf-8\r\ncontent-length: ";
        let _ = stream.write(format!("{head}{}\r\n\r\n{text}", text.len()).as_bytes());
    }
}
