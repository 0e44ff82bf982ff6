//! Which WebSocket is closed if a limit is reached: the oldest one of the user or the network with the most.

use std::collections::HashMap;

use tokio::sync::oneshot;

use super::{
    close::Close,
    groups::Groups,
    sockets::{Limits, Network},
};
use crate::accounts::UserId;

/// The most sockets of a user.
const MAX_PER_USER: usize = 20;

/// Why a socket is closed in favour of another user's. Its client reconnects after this code. It does not after
/// [`Close::TOO_MANY_SOCKETS`], for sockets that are closed in favour of the same user.
const EVICTED: Close = Close::TRY_AGAIN_LATER;

/// The open sockets, with indexes by network and by user.
#[derive(Debug, Default)]
pub(super) struct OpenSockets {
    last_id: u64,
    sockets: HashMap<u64, Socket>,
    unauthenticated: Groups<Network>,
    networks: Groups<Network>,
    users: Groups<UserId>,
    /// The number of sockets with a user.
    authenticated: usize,
}

#[derive(Debug)]
struct Socket {
    network: Network,
    /// The user, once the client has sent a token.
    user: Option<UserId>,
    close: oneshot::Sender<Close>,
}

impl OpenSockets {
    pub(super) fn len(&self) -> usize {
        self.sockets.len()
    }

    /// Adds a socket without a user, and returns its id. If there are too many of these, closes the oldest one of the
    /// network with the most.
    pub(super) fn add(&mut self, network: Network, close: oneshot::Sender<Close>, limits: Limits) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        self.sockets.insert(id, Socket { network, user: None, close });
        self.unauthenticated.insert(network, id);
        if self.sockets.len() - self.authenticated > limits.unauthenticated {
            let largest = self.unauthenticated.largest().map(|(network, _)| network);
            if let Some(oldest) = largest.and_then(|network| self.unauthenticated.ids(network).next()) {
                self.close(oldest, EVICTED);
            }
        }
        id
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.take(id);
    }

    /// Assigns a socket to a user, or removes it and returns why it has to be closed.
    pub(super) fn assign(&mut self, id: u64, user: UserId, limits: Limits) -> Result<(), Close> {
        let socket = self.take(id).ok_or(EVICTED)?;
        let network = socket.network;
        if self.users.len(user) >= MAX_PER_USER {
            self.close_oldest_of(user, Close::TOO_MANY_SOCKETS);
        }
        if self.networks.len(network) >= limits.per_network {
            self.evict_in_network(network, user)?;
        }
        if self.authenticated >= limits.authenticated {
            self.evict(network, user)?;
        }
        self.networks.insert(network, id);
        self.users.insert(user, id);
        self.authenticated += 1;
        self.sockets.insert(id, Socket { user: Some(user), ..socket });
        Ok(())
    }

    fn take(&mut self, id: u64) -> Option<Socket> {
        let socket = self.sockets.remove(&id)?;
        match socket.user {
            None => self.unauthenticated.remove(socket.network, id),
            Some(user) => {
                self.networks.remove(socket.network, id);
                self.users.remove(user, id);
                self.authenticated -= 1;
            }
        }
        Some(socket)
    }

    fn close(&mut self, id: u64, reason: Close) {
        if let Some(socket) = self.take(id) {
            // Fails if the connection is already closing.
            let _ = socket.close.send(reason);
        }
    }

    fn close_oldest_of(&mut self, user: UserId, reason: Close) {
        let oldest = self.users.ids(user).next();
        if let Some(oldest) = oldest {
            self.close(oldest, reason);
        }
    }

    /// Closes a socket of the user with the most sockets in this network, or one of this user if no other has more.
    fn evict_in_network(&mut self, network: Network, user: UserId) -> Result<(), Close> {
        let users = self.users_in_network(network);
        let own = users.get(&user).copied();
        let largest = users.into_values().max().filter(|(count, _)| *count > own.map_or(0, |(own, _)| own) + 1);
        let reason = if largest.is_some() { EVICTED } else { Close::TOO_MANY_SOCKETS };
        let (_, oldest) = largest.or(own).ok_or(EVICTED)?;
        self.close(oldest, reason);
        Ok(())
    }

    /// For each user with sockets in this network, their number and the oldest one.
    fn users_in_network(&self, network: Network) -> HashMap<UserId, (usize, u64)> {
        let mut users = HashMap::new();
        for id in self.networks.ids(network) {
            if let Some(user) = self.sockets.get(&id).and_then(|socket| socket.user) {
                users.entry(user).or_insert((0, id)).0 += 1;
            }
        }
        users
    }

    /// Closes a socket in the network with the most sockets, if it has more than this one. Otherwise closes a socket of
    /// the user with the most.
    fn evict(&mut self, network: Network, user: UserId) -> Result<(), Close> {
        let own = self.networks.len(network);
        if let Some((largest, _)) = self.networks.largest().filter(|(_, count)| *count > own + 1)
            && self.evict_in_network(largest, user).is_ok()
        {
            return Ok(());
        }
        let own = self.users.len(user);
        let largest = self.users.largest().filter(|(_, count)| *count > own + 1);
        let another = largest.map(|(largest, _)| (largest, EVICTED));
        let (user, reason) = another.or((own > 0).then_some((user, Close::TOO_MANY_SOCKETS))).ok_or(EVICTED)?;
        self.close_oldest_of(user, reason);
        Ok(())
    }
}
