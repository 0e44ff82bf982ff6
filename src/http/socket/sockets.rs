//! How many WebSockets may be open: in all, before their client has sent a token, for each user, and for each network.
//!
//! The user or network that has the most makes room. A socket without a token is never refused: where there are too many
//! of them, the oldest one of the network with the most is closed. Sockets with a token have places of their own, which
//! those without cannot take.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;
use tokio::sync::oneshot;

use super::{close::Close, groups::Groups};
use crate::accounts::UserId;

/// How many sockets a user may have.
const PER_USER: usize = 20;

/// Why a socket is closed that makes room for another user's: its client connects again after this code, and does not
/// after that for too many of its own.
const MAKES_ROOM: Close = Close::TRY_AGAIN_LATER;

/// A network is never limited to fewer sockets than this.
const SMALLEST_SHARE: usize = 4;

/// All open WebSockets.
#[derive(Debug)]
pub(in crate::http) struct Sockets {
    most: Most,
    open: Mutex<Open>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug)]
struct Most {
    /// Without a token.
    waiting: usize,
    /// With a token.
    known: usize,
    /// With a token, from one network.
    per_network: usize,
}

#[derive(Debug, Default)]
struct Open {
    last_id: u64,
    sockets: HashMap<u64, Socket>,
    waiting: Groups<Network>,
    networks: Groups<Network>,
    users: Groups<UserId>,
    known: usize,
}

type Network = Option<IpNet>;

#[derive(Debug)]
struct Socket {
    network: Network,
    /// Whose it is, once its client has sent a token.
    user: Option<UserId>,
    close: oneshot::Sender<Close>,
}

/// The place of one open socket. Dropping it makes room.
#[derive(Debug)]
pub(super) struct Place {
    id: u64,
    sockets: Arc<Sockets>,
    closed: oneshot::Receiver<Close>,
}

impl Sockets {
    /// For at most this many sockets.
    pub(in crate::http) fn new(most: usize) -> Self {
        let waiting = (most / 8).max(1);
        let known = most.saturating_sub(waiting).max(1);
        let per_network = (most / 16).max(SMALLEST_SHARE);
        Self { most: Most { waiting, known, per_network }, open: Mutex::default() }
    }

    /// How many are open.
    pub(in crate::http) fn count(&self) -> usize {
        self.open().sockets.len()
    }

    /// Makes a place for a socket from this network, whose client has not sent a token yet.
    pub(super) fn enter(self: &Arc<Self>, network: Network) -> Place {
        let (close, closed) = oneshot::channel();
        let mut open = self.open();
        open.last_id += 1;
        let id = open.last_id;
        open.sockets.insert(id, Socket { network, user: None, close });
        open.waiting.insert(network, id);
        if open.sockets.len() - open.known > self.most.waiting {
            open.close_oldest_waiting();
        }
        drop(open);
        Place { id, sockets: Arc::clone(self), closed }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn close_oldest_waiting(&mut self) {
        let network = self.waiting.largest().map(|(network, _)| network);
        if let Some(oldest) = network.and_then(|network| self.waiting.ids(network).next()) {
            self.close(oldest, Close::TRY_AGAIN_LATER);
        }
    }

    fn close(&mut self, id: u64, reason: Close) {
        if let Some(socket) = self.remove(id) {
            // It may be closing already.
            let _ = socket.close.send(reason);
        }
    }

    fn remove(&mut self, id: u64) -> Option<Socket> {
        let socket = self.sockets.remove(&id)?;
        match socket.user {
            None => self.waiting.remove(socket.network, id),
            Some(user) => {
                self.networks.remove(socket.network, id);
                self.users.remove(user, id);
                self.known -= 1;
            }
        }
        Some(socket)
    }

    /// Makes a place for a socket of this user, or says why there is none. The socket is removed then.
    fn admit(&mut self, id: u64, user: UserId, most: Most) -> Result<(), Close> {
        let socket = self.remove(id).ok_or(Close::TRY_AGAIN_LATER)?;
        let network = socket.network;
        if self.users.len(user) >= PER_USER {
            self.close_oldest_of(user, Close::TOO_MANY_SOCKETS);
        }
        if self.networks.len(network) >= most.per_network {
            self.make_room_in(network, user)?;
        }
        if self.known >= most.known {
            self.make_room(network, user)?;
        }
        self.networks.insert(network, id);
        self.users.insert(user, id);
        self.known += 1;
        self.sockets.insert(id, Socket { user: Some(user), ..socket });
        Ok(())
    }

    /// How many sockets each user has in a network, and which is the oldest.
    fn in_network(&self, network: Network) -> HashMap<UserId, (usize, u64)> {
        let mut users = HashMap::new();
        for id in self.networks.ids(network) {
            if let Some(user) = self.sockets.get(&id).and_then(|socket| socket.user) {
                users.entry(user).or_insert((0, id)).0 += 1;
            }
        }
        users
    }

    /// Closes a socket of the user who has the most in this network, or one of this user if nobody has more.
    fn make_room_in(&mut self, network: Network, user: UserId) -> Result<(), Close> {
        let users = self.in_network(network);
        let own = users.get(&user).copied();
        let largest = users.into_values().max().filter(|(count, _)| *count > own.map_or(0, |(own, _)| own) + 1);
        let reason = if largest.is_some() { MAKES_ROOM } else { Close::TOO_MANY_SOCKETS };
        let (_, oldest) = largest.or(own).ok_or(Close::TRY_AGAIN_LATER)?;
        self.close(oldest, reason);
        Ok(())
    }

    /// Closes a socket in the network that has the most, if that is more than this one has, or of the user who has.
    fn make_room(&mut self, network: Network, user: UserId) -> Result<(), Close> {
        let own = self.networks.len(network);
        if let Some((largest, _)) = self.networks.largest().filter(|(_, count)| *count > own + 1)
            && self.make_room_in(largest, user).is_ok()
        {
            return Ok(());
        }
        let own = self.users.len(user);
        let largest = self.users.largest().filter(|(_, count)| *count > own + 1);
        let another = largest.map(|(largest, _)| (largest, MAKES_ROOM));
        let (user, reason) = another.or((own > 0).then_some((user, Close::TOO_MANY_SOCKETS))).ok_or(MAKES_ROOM)?;
        self.close_oldest_of(user, reason);
        Ok(())
    }

    fn close_oldest_of(&mut self, user: UserId, reason: Close) {
        let oldest = self.users.ids(user).next();
        if let Some(oldest) = oldest {
            self.close(oldest, reason);
        }
    }
}

impl Place {
    /// Makes it the place of a user, whose token the client sent; or says why there is no room.
    pub(super) fn admit(&self, user: UserId) -> Result<(), Close> {
        self.sockets.open().admit(self.id, user, self.sockets.most)
    }

    /// Completes when this socket has to make room. Never, once it is not admitted.
    pub(super) async fn closed(&mut self) -> Close {
        match (&mut self.closed).await {
            Ok(reason) => reason,
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.sockets.open().remove(self.id);
    }
}
