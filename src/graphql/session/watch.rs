//! The subscription `sessionEnded`.

use async_graphql::{Context, Result, Subscription};
use futures_util::{Stream, StreamExt};

use super::view::Session;
use crate::graphql::context::{actor, shared_accounts};

#[derive(Default)]
pub(in crate::graphql) struct SessionEndedSubscription;

#[Subscription]
impl SessionEndedSubscription {
    /// Sends your sessions as they end: by a logout, by a revocation from another device, by a password change, or
    /// because a used refresh token was sent again. If more than 2000 sessions end together, sends the newest 2000 and
    /// the one that subscribed. Completes when the session that subscribed ends. Requires an access token in the payload of
    /// `connection_init`: `{ "authorization": "Bearer …" }`.
    async fn session_ended(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = Session> + use<>> {
        let actor = actor(ctx).await?;
        let current = actor.session().id;
        let ended = shared_accounts(ctx).ended_sessions(actor).await?;
        Ok(ended.map(move |session| Session::seen_from(current, session)))
    }
}
