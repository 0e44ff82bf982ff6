//! Limits how much of a resource one network uses at a time, and how much all networks use together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;

/// The limits of a resource that clients use without authentication, such as connections or bytes of bodies.
#[derive(Debug)]
pub(super) struct Quota {
    used: Mutex<Used>,
    per_network: usize,
    total: usize,
}

#[derive(Debug, Default)]
struct Used {
    total: usize,
    by_network: HashMap<IpNet, usize>,
}

/// The limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// The limit of one network.
    Network,
    /// The limit of all networks together.
    Total,
}

/// A part of the resource that is in use. Dropping it frees the part.
#[derive(Debug)]
pub(super) struct Share {
    quota: Arc<Quota>,
    network: Option<IpNet>,
    amount: usize,
}

impl Quota {
    pub(super) fn new(per_network: usize, total: usize) -> Self {
        Self { used: Mutex::default(), per_network, total }
    }

    /// The limit of one network.
    pub(super) fn per_network(&self) -> usize {
        self.per_network
    }

    /// An empty share. Without a network, only the limit of all networks applies.
    pub(super) fn share(self: &Arc<Self>, network: Option<IpNet>) -> Share {
        Share { quota: Arc::clone(self), network, amount: 0 }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes more of the resource, or nothing if that would exceed a limit.
    pub(super) fn grow(&mut self, more: usize) -> Result<(), Exceeded> {
        if more == 0 {
            return Ok(());
        }
        let mut used = self.quota.used();
        if more > self.quota.total.saturating_sub(used.total) {
            return Err(Exceeded::Total);
        }
        if let Some(network) = self.network {
            let of_network = used.by_network.get(&network).copied().unwrap_or_default();
            if more > self.quota.per_network.saturating_sub(of_network) {
                return Err(Exceeded::Network);
            }
            used.by_network.insert(network, of_network + more);
        }
        used.total += more;
        self.amount += more;
        Ok(())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount == 0 {
            return;
        }
        let mut used = self.quota.used();
        used.total -= self.amount;
        // Networks without usage have no entry, so that the map cannot grow without limit.
        if let Some(network) = self.network
            && let Some(of_network) = used.by_network.get_mut(&network)
        {
            *of_network -= self.amount;
            if *of_network == 0 {
                used.by_network.remove(&network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_takes_at_most_its_share_and_leaves_the_rest_to_others() {
        let quota = Arc::new(Quota::new(3, 5));
        let network = |text: &str| Some(text.parse().unwrap());
        let mut one = quota.share(network("192.0.2.1/32"));
        assert_eq!(one.grow(3), Ok(()));
        assert_eq!(one.grow(1), Err(Exceeded::Network));
        assert_eq!(quota.share(network("192.0.2.1/32")).grow(1), Err(Exceeded::Network));
        let mut other = quota.share(network("192.0.2.2/32"));
        assert_eq!(other.grow(2), Ok(()));
        assert_eq!(other.grow(1), Err(Exceeded::Total));
        assert_eq!(quota.share(None).grow(1), Err(Exceeded::Total));
        drop(one);
        assert_eq!(quota.share(network("192.0.2.1/32")).grow(3), Ok(()));
        drop(other);
        assert_eq!(quota.used().total, 0);
        assert!(quota.used().by_network.is_empty(), "a network without usage has no entry");
        assert_eq!(quota.share(None).grow(5), Ok(()), "only the total limit applies");
    }
}
