//! Recording when a session was last used, in the background and at most once a minute.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    accounts::{Accounts, user::Session},
    entity,
};

/// How much later than the recorded use another one has to be.
const RESOLUTION: TimeDelta = TimeDelta::minutes(1);

/// How many uses are recorded at once, so that they do not delay requests. Another use is recorded the next time.
const AT_ONCE: usize = 2;

/// The sessions whose use is being recorded.
#[derive(Clone, Debug, Default)]
pub(in crate::accounts) struct LastUses(Arc<Mutex<HashSet<Uuid>>>);

impl LastUses {
    /// Starts recording, unless this session is being recorded or too many others are.
    fn begin(&self, session: Uuid) -> bool {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.len() < AT_ONCE && under_way.insert(session)
    }

    fn end(&self, session: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }
}

impl Accounts {
    /// Records the use of a session, without a wait.
    pub(in crate::accounts) fn record_use(&self, session: &Session, now: DateTime<Utc>) {
        let (id, since) = (session.id.0, now - RESOLUTION);
        if session.last_used_at > since || !self.uses.begin(id) {
            return;
        }
        let (db, uses) = (self.db.clone(), self.uses.clone());
        tokio::spawn(async move {
            if let Err(error) = entity::session::record_use(&db, id, since, now).await {
                tracing::warn!(target: "latchkey::sessions", %error, "the last use of a session was not recorded");
            }
            uses.end(id);
        });
    }
}
