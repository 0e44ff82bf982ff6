//! The watch of one user: it reads which sessions were ended, once for all subscribers of that user.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{
    sync::{Notify, OnceCell, mpsc},
    task::AbortHandle,
    time::sleep,
};
use uuid::Uuid;

use super::{MARGIN, watches::Watches};
use crate::{
    accounts::{
        Accounts,
        authentication::gate::{Admission, Gate},
        error::Fault,
        user::Session,
    },
    database, entity,
};

/// How long to wait after a query, so that sessions that end one after the other are read together.
const PAUSE: Duration = Duration::from_millis(50);

/// How long to wait after a query that failed.
const RETRY: Duration = Duration::from_secs(2);

/// The watch of one user.
#[derive(Debug)]
pub(in crate::accounts) struct Watch {
    pub(in crate::accounts) user: Uuid,
    wake: Notify,
    begun: OnceCell<AbortHandle>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    since: DateTime<Utc>,
    /// The sessions that ended recently, and when: before the watch began, or sent by it.
    known: HashMap<Uuid, DateTime<Utc>>,
    subscribers: HashMap<u64, Subscriber>,
    next_id: u64,
}

#[derive(Debug)]
struct Subscriber {
    session: Session,
    /// Whether it receives the sessions that are ended, or only the end of its own.
    notify: bool,
    sender: mpsc::UnboundedSender<Arc<Session>>,
}

/// What a query found.
struct Found {
    now: DateTime<Utc>,
    ended: Vec<Session>,
    /// Sessions of subscribers that are not open any longer, for any reason.
    closed: HashSet<Uuid>,
}

impl Watch {
    pub(in crate::accounts) fn new(user: Uuid) -> Self {
        let (wake, begun, state) = (Notify::new(), OnceCell::new(), Mutex::default());
        Self { user, wake, begun, state }
    }

    /// Has the watch look for sessions that were ended.
    pub(in crate::accounts) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(in crate::accounts) fn add(
        &self,
        session: Session,
        notify: bool,
        sender: mpsc::UnboundedSender<Arc<Session>>,
    ) -> u64 {
        let mut state = self.state();
        state.next_id += 1;
        let id = state.next_id;
        state.subscribers.insert(id, Subscriber { session, notify, sender });
        id
    }

    /// Removes a subscriber, and returns whether none is left.
    pub(in crate::accounts) fn remove(&self, id: u64) -> bool {
        let mut state = self.state();
        state.subscribers.remove(&id);
        state.subscribers.is_empty()
    }

    pub(in crate::accounts) fn stop(&self) {
        if let Some(running) = self.begun.get() {
            running.abort();
        }
    }

    /// Waits until the watch runs: until it knows what was ended before.
    pub(in crate::accounts) async fn begin(
        self: &Arc<Self>,
        accounts: &Arc<Accounts>,
        watches: &Arc<Watches>,
    ) -> Result<(), Fault> {
        let begin = async || {
            let since = accounts.clock.now() - MARGIN;
            let before = database::retry_read(|| entity::session::ended_since(&accounts.db, self.user, since)).await?;
            {
                let mut state = self.state();
                state.since = since;
                state.known = before.iter().filter_map(|ended| Some((ended.id, ended.ended_at?))).collect();
            }
            let run = Arc::clone(self).run(Arc::clone(accounts), Arc::clone(watches));
            Ok(tokio::spawn(run).abort_handle())
        };
        self.begun.get_or_try_init(begin).await.map(drop)
    }

    /// For a session that was ended between its authentication and its subscription.
    pub(in crate::accounts) fn remove_if_ended(&self, id: u64, session: Uuid) {
        let mut state = self.state();
        if state.known.contains_key(&session) {
            state.subscribers.remove(&id);
        }
    }

    /// Whether this session is known to have been ended.
    pub(in crate::accounts) fn knows(&self, session: Uuid) -> bool {
        self.state().known.contains_key(&session)
    }

    async fn run(self: Arc<Self>, accounts: Arc<Accounts>, watches: Arc<Watches>) {
        loop {
            self.wake.notified().await;
            while let Err(fault) = self.look(&accounts, &watches).await {
                watches.log_failure(&fault);
                sleep(RETRY).await;
            }
            sleep(PAUSE).await;
        }
    }

    async fn look(&self, accounts: &Accounts, watches: &Watches) -> Result<(), Fault> {
        // Never closed.
        let _permit = watches.queries.acquire().await;
        let found = self.read(accounts).await?;
        self.send(found);
        Ok(())
    }

    async fn read(&self, accounts: &Accounts) -> Result<Found, Fault> {
        let now = accounts.clock.now();
        let (since, own) = {
            let state = self.state();
            let own = state.subscribers.values().map(|subscriber| subscriber.session.clone());
            (state.since, own.map(|session| (session.id.0, session)).collect::<HashMap<_, _>>())
        };
        let ended = database::retry_read(|| entity::session::ended_since(&accounts.db, self.user, since)).await?;
        let mut ended: Vec<Session> = ended.into_iter().map(Session::from).collect();

        let mut closed = HashSet::new();
        // Without subscribers, the list of ids is empty.
        let ids = || own.keys().copied().collect();
        let mut found = database::retry_read(|| entity::session::all_with_users(&accounts.db, ids())).await?;
        for (id, session) in own {
            let gate = match found.remove(&id) {
                Some((session, user)) => {
                    let (session, user) = (session.into(), user.into());
                    accounts.closed_gate(Admission { user: &user, session: Some(&session) }, now)
                }
                None if session.has_expired(now) => Some(Gate::SessionExpired),
                None => Some(Gate::SessionEnded),
            };
            if gate == Some(Gate::SessionEnded) {
                // After those with a time of their own: only the first of a session is sent.
                ended.push(Session { ended_at: Some(now), ..session });
            }
            closed.extend(gate.map(|_| id));
        }
        Ok(Found { now, ended, closed })
    }

    /// Sends what was found to every subscriber, each its own session last, and ends those whose session has ended.
    fn send(&self, Found { now, ended, mut closed }: Found) {
        let mut state = self.state();
        let State { since, known, subscribers, .. } = &mut *state;
        let is_new = |session: &Session| known.insert(session.id.0, session.ended_at.unwrap_or(now)).is_none();
        let new: Vec<Arc<Session>> = ended.into_iter().filter(is_new).map(Arc::new).collect();
        closed.extend(new.iter().map(|session| session.id.0));

        subscribers.retain(|_, subscriber| {
            let is_own = |session: &&Arc<Session>| session.id == subscriber.session.id;
            if subscriber.notify {
                let others = new.iter().filter(|session| !is_own(session));
                for session in others.chain(new.iter().filter(is_own)) {
                    // A subscriber that is about to be removed receives nothing more.
                    let _ = subscriber.sender.send(Arc::clone(session));
                }
            }
            !closed.contains(&subscriber.session.id.0)
        });
        *since = (*since).max(now - MARGIN);
        known.retain(|_, ended_at| *ended_at >= *since);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
