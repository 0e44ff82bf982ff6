//! Limits how many WebSockets are open: without a token, with a token, for each user and for each network.
//!
//! If a limit is reached, a new socket is not refused. Instead the user or the network with the most sockets loses its
//! oldest one, see `eviction`. Sockets that have not sent a token yet have a limit of their own, so that they cannot
//! evict those of users.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use tokio::sync::oneshot;

use super::{close::Close, eviction::OpenSockets};
use crate::accounts::UserId;

/// A network is never limited to fewer sockets than this.
const MIN_PER_NETWORK: usize = 4;

/// A network, or `None` for sockets whose network is not known.
pub(super) type Network = Option<IpNet>;

/// All open WebSockets.
#[derive(Debug)]
pub(in crate::http) struct Sockets {
    limits: Limits,
    open: Mutex<OpenSockets>,
}

/// The most sockets of each kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Sockets whose client has not sent a token yet.
    pub(super) unauthenticated: usize,
    /// Sockets of users.
    pub(super) authenticated: usize,
    /// Sockets of users in one network.
    pub(super) per_network: usize,
}

/// Registers a socket as open until it is dropped.
#[derive(Debug)]
pub(super) struct SocketGuard {
    id: u64,
    sockets: Arc<Sockets>,
    closed: oneshot::Receiver<Close>,
}

impl Sockets {
    /// Allows `max` sockets in total.
    pub(in crate::http) fn new(max: usize) -> Self {
        let unauthenticated = (max / 8).max(1);
        let authenticated = max.saturating_sub(unauthenticated).max(1);
        let per_network = (max / 16).max(MIN_PER_NETWORK);
        Self { limits: Limits { unauthenticated, authenticated, per_network }, open: Mutex::default() }
    }

    /// The number of open sockets.
    pub(in crate::http) fn count(&self) -> usize {
        self.open_sockets().len()
    }

    /// Registers a socket whose client has not sent a token yet. May evict another such socket.
    pub(super) fn open(self: &Arc<Self>, network: Network) -> SocketGuard {
        let (close, closed) = oneshot::channel();
        let id = self.open_sockets().add(network, close, self.limits);
        SocketGuard { id, sockets: Arc::clone(self), closed }
    }

    fn open_sockets(&self) -> MutexGuard<'_, OpenSockets> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SocketGuard {
    /// Assigns the socket to the user whose token its client sent. May evict another socket.
    ///
    /// If no socket can be evicted, returns why this one has to be closed.
    pub(super) fn assign(&self, user: UserId) -> Result<(), Close> {
        self.sockets.open_sockets().assign(self.id, user, self.sockets.limits)
    }

    /// Completes when this socket is evicted. Never completes if [`assign`](Self::assign) has failed.
    pub(super) async fn closed(&mut self) -> Close {
        match (&mut self.closed).await {
            Ok(reason) => reason,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.sockets.open_sockets().remove(self.id);
    }
}
