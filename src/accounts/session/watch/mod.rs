//! Notifying subscribers that a session of their user was ended, on any instance.
//!
//! There is one [`Watch`](session_watch::Watch) for each user who subscribes, however many subscriptions and sockets that user
//! has. A notification names a user and wakes the watch of that user alone; the watch then reads from the database which
//! sessions were ended, once for all subscribers, and so misses nothing that was ended while no notification arrived.

mod periodic_wake;
mod session_watch;
mod subscription;
mod watches;

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::{Stream, stream};
use tokio::sync::OnceCell;
use uuid::Uuid;

use self::{periodic_wake::PeriodicWake, subscription::Subscription, watches::Watches};
use crate::{
    accounts::{Accounts, authentication::caller::Actor, error::Fault, user::Session},
    database::{self, Listener, Notification},
};

/// The channel that PostgreSQL's trigger notifies.
const CHANNEL: &str = "latchkey_session_ended";

/// How far back to look: clocks differ, and a transaction becomes visible only after its commit.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// The watches of this process, and what wakes them.
#[derive(Debug, Default)]
pub(in crate::accounts) struct EndedSessions {
    watches: Arc<Watches>,
    listening: OnceCell<(Listener, PeriodicWake)>,
}

impl EndedSessions {
    /// Wakes the watch of this user in this process. The database notifies the other instances.
    pub(in crate::accounts) fn wake(&self, user: Uuid) {
        self.watches.wake(user);
    }
}

impl Accounts {
    /// The actor's sessions as they are ended from now on, on any instance. Ends after the actor's own session.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it cannot begin.
    pub async fn ended_sessions(
        self: &Arc<Self>,
        actor: &Actor,
    ) -> Result<impl Stream<Item = Session> + Send + use<>, Fault> {
        let subscription = self.watch_sessions(actor, true).await?;
        Ok(stream::unfold(subscription, async |mut subscription| {
            let session = subscription.next().await?;
            Some((Session::clone(&session), subscription))
        }))
    }

    /// Completes when the actor's session has ended: it was ended, it expired, or its user may not log in any more.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it cannot begin.
    pub async fn end_of_session(
        self: &Arc<Self>,
        actor: &Actor,
    ) -> Result<impl Future<Output = ()> + Send + use<>, Fault> {
        let mut subscription = self.watch_sessions(actor, false).await?;
        Ok(async move { while subscription.next().await.is_some() {} })
    }

    async fn watch_sessions(self: &Arc<Self>, actor: &Actor, notify: bool) -> Result<Subscription, Fault> {
        self.ended_sessions.listening.get_or_try_init(|| self.listen_for_ended_sessions()).await?;
        let watches = &self.ended_sessions.watches;
        let subscription = watches.subscribe(actor.user().id.0, actor.session(), notify);
        subscription.begin(self).await?;
        Ok(subscription)
    }

    async fn listen_for_ended_sessions(self: &Arc<Self>) -> Result<(Listener, PeriodicWake), Fault> {
        let watches = Arc::clone(&self.ended_sessions.watches);
        let notify = move |heard| match heard {
            Notification::Payload(user) => match user.parse() {
                Ok(user) => watches.wake(user),
                Err(_) => watches.missed.notify_one(),
            },
            Notification::MaybeMissed => watches.missed.notify_one(),
            Notification::DatabaseChanged => watches.changed.notify_one(),
        };
        let watches = Arc::clone(&self.ended_sessions.watches);
        let is_needed = move || !watches.is_empty();
        let listening = database::listen(&self.direct, CHANNEL, is_needed, notify).await?;
        Ok((listening, PeriodicWake::start(self)))
    }
}
