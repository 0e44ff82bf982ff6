//! Telling those who watch that a session of theirs was ended, wherever it was.
//!
//! What is told is only that there is something to see; each watcher looks into the database for itself, and so misses
//! nothing that was told while nobody heard.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{Stream, stream};
use tokio::sync::{
    OnceCell,
    broadcast::{
        self,
        error::{RecvError, TryRecvError},
    },
};
use uuid::Uuid;

use super::{Accounts, Actor, Fault, Session};
use crate::{
    database::{self, Heard, Listening},
    entity,
};

/// What PostgreSQL's trigger calls it.
const CHANNEL: &str = "latchkey_session_ended";

/// How far back to look: clocks differ, and a transaction takes a while to be seen.
const MARGIN: TimeDelta = TimeDelta::minutes(1);

/// How many calls a watcher may be behind before it takes it that it has missed some.
const BEHIND: usize = 1024;

/// Calls the watchers.
#[derive(Debug)]
pub(super) struct EndedSessions {
    calls: broadcast::Sender<Call>,
    listening: OnceCell<Listening>,
}

/// There is something to see.
#[derive(Clone, Debug)]
enum Call {
    /// For this user.
    To(Uuid),
    /// For everybody, perhaps.
    ToAll,
}

impl Default for EndedSessions {
    fn default() -> Self {
        Self { calls: broadcast::Sender::new(BEHIND), listening: OnceCell::new() }
    }
}

impl EndedSessions {
    /// Calls this user's watchers here. Those on other instances are called by the database.
    pub(super) fn call(&self, user: Uuid) {
        // Nobody may be watching.
        let _ = self.calls.send(Call::To(user));
    }
}

/// A user who watches.
struct Watch {
    accounts: Arc<Accounts>,
    calls: broadcast::Receiver<Call>,
    user: Uuid,
    session: Uuid,
    since: DateTime<Utc>,
    /// Those that were ended lately, and when: before the watch, or told by it.
    known: HashMap<Uuid, DateTime<Utc>>,
    to_tell: VecDeque<Session>,
    /// Whether to look without being called: once, in case the end came just before the watch.
    called: bool,
    over: bool,
}

impl Accounts {
    /// The actor's sessions as they are ended from now on, on whatever instance. Ends with the actor's own one.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when it cannot begin.
    pub async fn ended_sessions(
        self: &Arc<Self>,
        actor: &Actor,
    ) -> Result<impl Stream<Item = Session> + Send + use<>, Fault> {
        let calls = self.ended_sessions.calls.clone();
        let tell = move |heard| {
            let call = match heard {
                Heard::Words(user) => user.parse().map_or(Call::ToAll, Call::To),
                Heard::Perhaps => Call::ToAll,
            };
            let _ = calls.send(call);
        };
        self.ended_sessions.listening.get_or_try_init(|| database::listen(&self.direct, CHANNEL, tell)).await?;

        // Called from here on; what was ended until now is known.
        let calls = self.ended_sessions.calls.subscribe();
        let (user, since) = (actor.user().id.0, self.clock.now() - MARGIN);
        let before = database::asked_again(|| entity::session::ended_since(&self.db, user, since)).await?;
        let session = actor.session().id.0;
        let known =
            before.iter().filter(|ended| ended.id != session).filter_map(|ended| Some((ended.id, ended.ended_at?)));
        let watch = Watch {
            accounts: Arc::clone(self),
            calls,
            user,
            session,
            since,
            known: known.collect(),
            to_tell: VecDeque::new(),
            called: true,
            over: false,
        };
        Ok(stream::unfold(watch, async |mut watch| Some((watch.next().await?, watch))))
    }
}

impl Watch {
    async fn next(&mut self) -> Option<Session> {
        loop {
            if let Some(session) = self.to_tell.pop_front() {
                return Some(session);
            }
            if self.over {
                return None;
            }
            if !std::mem::take(&mut self.called) {
                let mut call = self.calls.recv().await;
                // Many calls are worth one look.
                while !matches!(call, Err(RecvError::Closed)) {
                    self.called |= !matches!(call, Ok(Call::To(user)) if user != self.user);
                    call = match self.calls.try_recv() {
                        Ok(next) => Ok(next),
                        Err(TryRecvError::Lagged(missed)) => Err(RecvError::Lagged(missed)),
                        Err(TryRecvError::Empty | TryRecvError::Closed) => break,
                    };
                }
                continue;
            }
            if let Err(fault) = self.look().await {
                // The next call, which comes in half a minute at the latest, finds it.
                tracing::warn!(%fault, "an ended session was not told");
            }
        }
    }

    async fn look(&mut self) -> Result<(), Fault> {
        let accounts = &self.accounts;
        let ended = entity::session::ended_since(&accounts.db, self.user, self.since).await?;
        let own = accounts.sessions_and_users.read(self.session).await?;
        let now = accounts.clock.now();

        let new = ended
            .into_iter()
            .filter(|session| self.known.insert(session.id, session.ended_at.unwrap_or(now)).is_none());
        self.to_tell.extend(new.map(Session::from));
        self.since = self.since.max(now - MARGIN);
        self.known.retain(|_, ended_at| *ended_at >= self.since);
        self.over =
            !own.is_some_and(|(session, user)| session.is_open(now) && accounts.closed_gate(&user.into()).is_none());
        Ok(())
    }
}
