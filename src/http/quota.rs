//! Limits how much of a resource each network uses at a time, and how much all networks use together.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;

/// A resource that clients take before they authenticate, such as connections or bytes of bodies.
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

/// Which of the two limits does not allow more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exceeded {
    /// The network uses as much as one network may.
    Network,
    /// All networks together use as much as there is.
    Total,
}

/// A part of the resource, which is given back when this is dropped.
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

    /// A share of nothing yet. Without a network, only the total limit applies.
    pub(super) fn share(self: &Arc<Self>, network: Option<IpNet>) -> Share {
        Share { quota: Arc::clone(self), network, amount: 0 }
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes more of the resource, or nothing if a limit does not allow it.
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
        // A network that uses nothing leaves no entry: there are more networks than memory.
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
    fn a_network_takes_at_most_its_part_and_leaves_the_rest_to_others() {
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
        assert!(quota.used().by_network.is_empty(), "a network that uses nothing is forgotten");
        assert_eq!(quota.share(None).grow(5), Ok(()), "no limit but the total one");
    }
}
