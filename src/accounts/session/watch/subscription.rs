//! One subscriber of a watch. The watch ends with its last subscriber.

use std::sync::Arc;

use tokio::sync::mpsc;
use uuid::Uuid;

use super::{session_watch::Watch, watches::Watches};
use crate::accounts::{Accounts, error::Fault, user::Session};

/// A subscriber: receives ended sessions until its own session has ended.
pub(in crate::accounts) struct Subscription {
    id: u64,
    session: Uuid,
    watch: Arc<Watch>,
    watches: Arc<Watches>,
    ended: mpsc::UnboundedReceiver<Arc<Session>>,
}

impl Watches {
    /// Subscribes this session of a user, and only to its own end if `notify` is false. Receives nothing before
    /// [`Subscription::begin`].
    pub(in crate::accounts) fn subscribe(self: &Arc<Self>, user: Uuid, own: &Session, notify: bool) -> Subscription {
        let (sender, ended) = mpsc::unbounded_channel();
        let session = own.id.0;
        let (watch, id) = self.join(user, |watch| watch.add(own.clone(), notify, sender));
        Subscription { id, session, watch, watches: Arc::clone(self), ended }
    }
}

impl Subscription {
    /// Waits until the watch runs.
    pub(in crate::accounts) async fn begin(&self, accounts: &Arc<Accounts>) -> Result<(), Fault> {
        self.watch.begin(accounts, &self.watches).await?;
        self.watch.remove_if_ended(self.id, self.session);
        Ok(())
    }

    /// The next session that was ended, or `None` when the session of the subscriber has ended.
    pub(in crate::accounts) async fn next(&mut self) -> Option<Arc<Session>> {
        self.ended.recv().await
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.watches.leave(&self.watch, self.id);
    }
}
