//! A queue that is fair between networks: each gets the next slot in turn, however many of its callers wait.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;
use tokio::sync::oneshot;

/// A fixed number of slots, and the callers that wait for one.
#[derive(Debug)]
pub(super) struct FairQueue(Arc<Mutex<State>>);

/// A slot. When it is dropped, the next caller gets it.
#[derive(Debug)]
pub(super) struct Slot(Arc<Mutex<State>>);

/// No caller waits while a slot is free. `networks` holds each network once of which a caller waits, the next one first.
#[derive(Debug)]
struct State {
    free: usize,
    networks: VecDeque<Option<IpNet>>,
    waiting: HashMap<Option<IpNet>, VecDeque<oneshot::Sender<Slot>>>,
}

impl FairQueue {
    pub(super) fn new(slots: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: slots, networks: VecDeque::new(), waiting: HashMap::new() })))
    }

    /// Waits for a slot. A caller leaves the queue when it drops the future.
    pub(super) async fn slot(&self, network: Option<IpNet>) -> Slot {
        let (sender, receiver) = oneshot::channel();
        {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Slot(Arc::clone(&self.0));
            }
            state.push(network, sender);
        }
        // The sender is in the queue, which outlives this call, and leaves the queue only to send a slot.
        receiver.await.unwrap_or_else(|_| Slot(Arc::clone(&self.0)))
    }

    /// The number of callers that wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.0).waiting.values().flatten().filter(|sender| !sender.is_closed()).count()
    }
}

impl State {
    fn push(&mut self, network: Option<IpNet>, sender: oneshot::Sender<Slot>) {
        let callers = self.waiting.entry(network).or_default();
        if callers.is_empty() {
            self.networks.push_back(network);
        }
        callers.push_back(sender);
    }

    /// Removes the first caller of the next network that still waits.
    fn pop(&mut self) -> Option<oneshot::Sender<Slot>> {
        while let Some(network) = self.networks.pop_front() {
            let Some(callers) = self.waiting.get_mut(&network) else { continue };
            let next = std::iter::from_fn(|| callers.pop_front()).find(|sender| !sender.is_closed());
            if callers.is_empty() {
                self.waiting.remove(&network);
            } else {
                self.networks.push_back(network);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let next = {
            let mut state = lock(&self.0);
            let next = state.pop();
            state.free += usize::from(next.is_none());
            next
        };
        // If the caller has left just now, the slot is dropped again and goes to the caller after it.
        if let Some(next) = next {
            let _ = next.send(Self(Arc::clone(&self.0)));
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, future::BoxFuture};

    use super::*;

    type Waiting<'q> = BoxFuture<'q, Slot>;

    fn network(name: char) -> IpNet {
        std::net::IpAddr::from([10, 0, 0, u8::try_from(name).expect("a letter")]).into()
    }

    /// Adds a caller of each of these networks to the queue, in this order.
    fn enqueue<'q>(queue: &'q FairQueue, names: &str) -> Vec<(char, Waiting<'q>)> {
        let mut all: Vec<_> = names.chars().map(|name| (name, queue.slot(Some(network(name))).boxed())).collect();
        assert!(all.iter_mut().all(|(_, waiting)| waiting.now_or_never().is_none()));
        all
    }

    /// Releases a slot until no caller waits. Returns the networks in the order in which they got it.
    fn served(mut slot: Slot, mut all: Vec<(char, Waiting<'_>)>) -> String {
        let mut order = String::new();
        while !all.is_empty() {
            drop(slot);
            let mut ready =
                all.iter_mut().enumerate().filter_map(|(n, (_, waiting))| Some((n, waiting.now_or_never()?)));
            let (n, next) = ready.next().expect("a caller got the slot");
            slot = next;
            order.push(all.remove(n).0);
        }
        order
    }

    #[test]
    fn networks_take_turns_and_the_first_caller_of_each_is_served_first() {
        let queue = FairQueue::new(1);
        let slot = queue.slot(Some(network('x'))).now_or_never().expect("a free slot");
        let all = enqueue(&queue, "aaaabac");
        assert_eq!(queue.waiting(), 7);
        assert_eq!(served(slot, all), "abcaaaa");
    }

    #[test]
    fn callers_that_left_are_skipped_and_no_slot_is_lost() {
        let queue = FairQueue::new(2);
        let first = queue.slot(Some(network('x'))).now_or_never().expect("a free slot");
        let second = queue.slot(Some(network('x'))).now_or_never().expect("a free slot");
        let mut all = enqueue(&queue, "abab");
        drop(all.remove(0));
        assert_eq!(queue.waiting(), 3);
        drop(first);
        // This caller got the slot, and leaves before it notices.
        drop(all.remove(1));
        assert_eq!(served(second, all), "bb");
        assert!(queue.slot(Some(network('c'))).now_or_never().is_some());
        assert_eq!(lock(&queue.0).free, 2);
    }
}
