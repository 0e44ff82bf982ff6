//! The subscription `sessionEnded`.

use async_graphql::{Context, Result, Subscription};
use futures_util::{Stream, StreamExt};

use super::view::Session;
use crate::graphql::context::{actor, shared_accounts};

#[derive(Default)]
pub(in crate::graphql) struct SessionEndedSubscription;

/// Everything that tells when it happens, over a WebSocket (graphql-transport-ws).
#[Subscription(name = "Subscription")]
impl SessionEndedSubscription {
    /// Your sessions as they are ended: by logging out, from another device, by a change of password, or because a used
    /// refresh token came back. Ends with the session that subscribed. Needs an access token in the payload of
    /// `connection_init`: `{ "authorization": "Bearer …" }`.
    async fn session_ended(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Session> + use<>> {
        let actor = actor(ctx).await?;
        let current = actor.session().id;
        let ended = shared_accounts(ctx).ended_sessions(actor).await?;
        Ok(ended.map(move |session| Session::seen_from(current, session)))
    }
}
