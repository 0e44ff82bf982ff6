//! The root type `Subscription`, put together from the topics.

use async_graphql::MergedSubscription;

use crate::graphql::session::SessionSubscriptions;

/// The events that clients can subscribe to, over a WebSocket (graphql-transport-ws).
#[derive(MergedSubscription, Default)]
pub(in crate::graphql) struct Subscription(SessionSubscriptions);
