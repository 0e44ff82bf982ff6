//! Accepts connections, with limits for their number: in total, and for one network.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};

use crate::{
    accounts::Origin,
    http::{
        quota::{Quota, Share},
        request::client_address::is_trusted,
    },
    log_limiter::LogLimiter,
};

/// One network may have a share of one in this many connections.
const NETWORK_SHARE: usize = 16;

/// The share of one network is never smaller than this.
const MIN_PER_NETWORK: usize = 8;

/// How long to wait if accepting fails, for example because the process has too many open files.
const ACCEPT_RETRY: Duration = Duration::from_millis(50);

/// The slots for the connections of one listener.
#[derive(Debug)]
pub(in crate::http) struct ConnectionSlots {
    slots: Arc<Semaphore>,
    networks: Arc<Quota>,
    trusted_proxies: Vec<IpNet>,
    refused: LogLimiter,
}

/// A slot for a connection, and a part of the quota of its network. Dropping it frees both.
#[derive(Debug)]
pub(super) struct ConnectionSlot(
    #[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit,
    #[expect(dead_code, reason = "held, not read")] Share,
);

/// Keeps the slot of a connection, and delays the end of a server that stops, until all clones are dropped. A WebSocket
/// keeps a clone after the connection has been upgraded.
#[derive(Clone, Debug)]
pub(in crate::http) struct ConnectionGuard(
    #[expect(dead_code, reason = "held, not read")] Arc<(ConnectionSlot, mpsc::Sender<()>)>,
);

impl ConnectionGuard {
    pub(super) fn new(slot: ConnectionSlot, alive: mpsc::Sender<()>) -> Self {
        Self(Arc::new((slot, alive)))
    }
}

impl ConnectionSlots {
    /// Allows `max` connections in total, and a sixteenth of them for one network, but at least eight. The limit for
    /// one network does not apply to trusted proxies, which forward the requests of many networks.
    pub(in crate::http) fn limited_by_network(max: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self::new(max, (max / NETWORK_SHARE).max(MIN_PER_NETWORK), trusted_proxies)
    }

    /// Allows `max` connections in total, even if all of them are from one network.
    pub(in crate::http) fn unlimited_by_network(max: usize) -> Self {
        Self::new(max, max, Vec::new())
    }

    fn new(max: usize, per_network: usize, trusted_proxies: Vec<IpNet>) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(max)),
            networks: Arc::new(Quota::new(per_network, usize::MAX)),
            trusted_proxies,
            refused: LogLimiter::per_second(1),
        }
    }

    /// Waits for the next connection that may be served. While all slots are taken, further connections wait in the
    /// queue of the operating system. A connection that exceeds the limit of its network is closed and takes no slot.
    /// Returns `None` only if the semaphore were closed, which never happens.
    pub(super) async fn next(&self, listener: &TcpListener) -> Option<(TcpStream, SocketAddr, ConnectionSlot)> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => match self.share(peer.ip()) {
                    Some(share) => return Some((stream, peer, ConnectionSlot(slot, share))),
                    None => self.refuse(stream),
                },
                // The client has disconnected, or the process has too many open files.
                Err(error) => {
                    tracing::warn!(target: "latchkey::server", %error, "connection not accepted");
                    tokio::time::sleep(ACCEPT_RETRY).await;
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

    /// Closes a connection with a response for clients that read it. Never waits.
    fn refuse(&self, stream: TcpStream) {
        let limit = self.networks.per_network();
        if let Some(suppressed) = self.refused.admit_now() {
            tracing::warn!(target: "latchkey::server", limit, suppressed,
                "connection closed: its network has reached the limit; name proxies in TRUSTED_PROXIES"
            );
        }
        let Ok(mut stream) = stream.into_std() else { return };
        // With unread bytes, closing the connection would reset it, and the reset could overtake the response.
        let _ = stream.read(&mut [0; 4096]);
        let text = format!("Your network has {limit} connections open, which is the limit. Try again later.\n");
        let head = "HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\n\
                    content-type: text/plain; charset=utf-8\r\ncontent-length: ";
        let _ = stream.write(format!("{head}{}\r\n\r\n{text}", text.len()).as_bytes());
    }
}
