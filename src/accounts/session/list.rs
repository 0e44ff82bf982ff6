//! Listing the open sessions of a user.

use crate::{
    accounts::{
        Accounts,
        authentication::caller::Actor,
        error::Fault,
        id::{SessionId, UserId},
        user::Session,
    },
    database, entity,
};

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// How many entries to return at most.
    pub first: u32,
    /// The entry before the first one.
    pub after: Option<SessionId>,
}

/// A part of a list of sessions.
#[derive(Debug)]
pub struct SessionPage {
    /// The sessions, newest first.
    pub sessions: Vec<Session>,
    /// Whether there are more sessions.
    pub has_next: bool,
}

impl Accounts {
    /// The actor's open sessions, newest first.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn sessions(&self, actor: &Actor, page: Page) -> Result<SessionPage, Fault> {
        self.sessions_of_user(actor.user().id, page).await
    }

    /// The actor's open session with this id.
    ///
    /// # Errors
    ///
    /// A [`Fault`].
    pub async fn session(&self, actor: &Actor, id: SessionId) -> Result<Option<Session>, Fault> {
        let now = self.clock.now();
        let found = self.sessions_and_users.load(id.0).await?;
        let own = found.filter(|(_, user)| actor.is(UserId(user.id))).map(|(session, _)| Session::from(session));
        Ok(own.filter(|session| session.is_open(now)))
    }

    pub(in crate::accounts) async fn sessions_of_user(&self, user: UserId, page: Page) -> Result<SessionPage, Fault> {
        let now = self.clock.now();
        let (after, first) = (page.after.map(|id| id.0), page.first as usize);
        // One more than requested, to learn whether there are more.
        let most = u64::from(page.first) + 1;
        let rows = || entity::session::open_of_user(&self.db, user.0, after, most, now);
        let mut rows = database::retry_read(rows).await?;

        let has_next = rows.len() > first;
        rows.truncate(first);
        Ok(SessionPage { sessions: rows.into_iter().map(Session::from).collect(), has_next })
    }
}
