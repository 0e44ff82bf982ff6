//! A waiting line that is fair between crowds: each crowd gets the next place in turn, however many stand in it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ipnet::IpNet;
use tokio::sync::oneshot;

/// So many places, and those who wait for one.
#[derive(Debug)]
pub(super) struct Line(Arc<Mutex<State>>);

/// Those who come from the same network.
pub(super) type Crowd = Option<IpNet>;

/// A place; given to the next one when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<Mutex<State>>);

/// Nobody waits while a place is free. A crowd is in `turns` once if somebody of it waits.
#[derive(Debug)]
struct State {
    free: usize,
    turns: VecDeque<Crowd>,
    waiting: HashMap<Crowd, VecDeque<oneshot::Sender<Place>>>,
}

impl Line {
    pub(super) fn new(places: usize) -> Self {
        Self(Arc::new(Mutex::new(State { free: places, turns: VecDeque::new(), waiting: HashMap::new() })))
    }

    /// Waits for a place, for as long as the caller likes to.
    pub(super) async fn place(&self, crowd: Crowd) -> Place {
        let (sender, mine) = oneshot::channel();
        {
            let mut state = lock(&self.0);
            if state.free > 0 {
                state.free -= 1;
                return Place(Arc::clone(&self.0));
            }
            state.queue(crowd, sender);
        }
        // The other end is in the line, which outlives this; nobody takes it out without giving a place.
        mine.await.unwrap_or_else(|_| Place(Arc::clone(&self.0)))
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.0).waiting.values().flatten().filter(|waiting| !waiting.is_closed()).count()
    }
}

impl State {
    fn queue(&mut self, crowd: Crowd, sender: oneshot::Sender<Place>) {
        let queue = self.waiting.entry(crowd).or_default();
        if queue.is_empty() {
            self.turns.push_back(crowd);
        }
        queue.push_back(sender);
    }

    /// Takes the first who still waits out of the crowd whose turn it is.
    fn next(&mut self) -> Option<oneshot::Sender<Place>> {
        while let Some(crowd) = self.turns.pop_front() {
            let Some(queue) = self.waiting.get_mut(&crowd) else { continue };
            let next = std::iter::from_fn(|| queue.pop_front()).find(|waiting| !waiting.is_closed());
            if queue.is_empty() {
                self.waiting.remove(&crowd);
            } else {
                self.turns.push_back(crowd);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let next = {
            let mut state = lock(&self.0);
            let next = state.next();
            state.free += usize::from(next.is_none());
            next
        };
        // Who hung up a moment ago drops the place, which gives it to the one after.
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

    type Waiting<'l> = BoxFuture<'l, Place>;

    fn crowd(name: char) -> IpNet {
        std::net::IpAddr::from([10, 0, 0, u8::try_from(name).expect("a letter")]).into()
    }

    /// Puts somebody of each crowd into the line, in this order.
    fn stand<'l>(line: &'l Line, names: &str) -> Vec<(char, Waiting<'l>)> {
        let mut all: Vec<_> = names.chars().map(|name| (name, line.place(Some(crowd(name))).boxed())).collect();
        assert!(all.iter_mut().all(|(_, waiting)| waiting.now_or_never().is_none()));
        all
    }

    /// Gives up a place as often as somebody waits, and says whose turn it was each time.
    fn served(mut place: Place, mut all: Vec<(char, Waiting<'_>)>) -> String {
        let mut order = String::new();
        while !all.is_empty() {
            drop(place);
            let mut ready =
                all.iter_mut().enumerate().filter_map(|(n, (_, waiting))| Some((n, waiting.now_or_never()?)));
            let (n, next) = ready.next().expect("the place went to somebody");
            place = next;
            order.push(all.remove(n).0);
        }
        order
    }

    #[test]
    fn crowds_take_turns_and_within_one_who_came_first_is_first() {
        let line = Line::new(1);
        let place = line.place(Some(crowd('x'))).now_or_never().expect("nobody was there");
        let all = stand(&line, "aaaabac");
        assert_eq!(line.waiting(), 7);
        assert_eq!(served(place, all), "abcaaaa");
    }

    #[test]
    fn who_went_away_is_passed_over_and_no_place_is_lost() {
        let line = Line::new(2);
        let first = line.place(Some(crowd('x'))).now_or_never().expect("free");
        let second = line.place(Some(crowd('x'))).now_or_never().expect("free");
        let mut all = stand(&line, "abab");
        drop(all.remove(0));
        assert_eq!(line.waiting(), 3);
        drop(first);
        // Given a place, and gone before looking.
        drop(all.remove(1));
        assert_eq!(served(second, all), "bb");
        assert!(line.place(Some(crowd('c'))).now_or_never().is_some());
        assert_eq!(lock(&line.0).free, 2);
    }
}
