//! When a session was last used: noted behind the scenes, at most once a minute.

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

/// How much later than the noted one a use has to be.
const TO_THE: TimeDelta = TimeDelta::minutes(1);

/// How many are noted at once: they must not crowd out what somebody waits for. Who is left out is noted next time.
const AT_ONCE: usize = 2;

/// The sessions whose use is being noted right now.
#[derive(Clone, Debug, Default)]
pub(in crate::accounts) struct LastUses(Arc<Mutex<HashSet<Uuid>>>);

impl LastUses {
    /// Whether nobody is at it already, and few are at others.
    fn begin(&self, session: Uuid) -> bool {
        let mut under_way = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        under_way.len() < AT_ONCE && under_way.insert(session)
    }

    fn end(&self, session: Uuid) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }
}

impl Accounts {
    /// Notes that a session is used, without keeping anybody waiting.
    pub(in crate::accounts) fn record_use(&self, session: &Session, now: DateTime<Utc>) {
        let (id, since) = (session.id.0, now - TO_THE);
        if session.last_used_at > since || !self.uses.begin(id) {
            return;
        }
        let (db, uses) = (self.db.clone(), self.uses.clone());
        tokio::spawn(async move {
            if let Err(error) = entity::session::touch(&db, id, since, now).await {
                tracing::warn!(target: "latchkey::sessions", %error, "the last use of a session was not noted");
            }
            uses.end(id);
        });
    }
}
