//! The open subscriptions of one connection, by the ids that the client chose.

use std::{future::poll_fn, task::Poll};

use futures_util::{StreamExt, stream::BoxStream};

use crate::graphql::Payload;

/// The streams of the subscriptions. There are only a few, so all of them are polled in turn.
#[derive(Default)]
pub(super) struct Subscriptions(Vec<(String, BoxStream<'static, Payload>)>);

impl Subscriptions {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.0.iter().any(|(other, _)| other == id)
    }

    pub(super) fn insert(&mut self, id: String, payloads: BoxStream<'static, Payload>) {
        self.0.push((id, payloads));
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.0.retain(|(other, _)| other != id);
    }

    /// Waits for the next payload of any subscription, and returns it with the id. Without a payload, the subscription
    /// is complete and has been removed. Never returns if there are no subscriptions.
    pub(super) async fn next(&mut self) -> (String, Option<Payload>) {
        poll_fn(|context| {
            for index in 0..self.0.len() {
                let (id, payloads) = &mut self.0[index];
                let Poll::Ready(payload) = payloads.poll_next_unpin(context) else { continue };
                let id = id.clone();
                let subscription = self.0.remove(index);
                if payload.is_some() {
                    // Poll the others first next time.
                    self.0.push(subscription);
                }
                return Poll::Ready((id, payload));
            }
            Poll::Pending
        })
        .await
    }
}
