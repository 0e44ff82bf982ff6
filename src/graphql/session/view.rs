//! A session, as its owner sees it.

use async_graphql::{ID, Object};

use crate::{
    accounts::{self, Actor, SessionId},
    graphql::date_time::DateTime,
};

pub(in crate::graphql) struct Session {
    session: accounts::Session,
    current: bool,
}

impl Session {
    /// The session that this request began.
    pub(in crate::graphql) fn current(session: accounts::Session) -> Self {
        Self { session, current: true }
    }

    /// Where it stands in a list.
    pub(in crate::graphql) fn cursor(&self) -> String {
        self.session.id.to_string()
    }

    /// A session of the actor's.
    pub(in crate::graphql) fn seen_by(actor: &Actor, session: accounts::Session) -> Self {
        Self::seen_from(actor.session().id, session)
    }

    /// A session of the same user as the current one.
    pub(in crate::graphql) fn seen_from(current: SessionId, session: accounts::Session) -> Self {
        Self { current: session.id == current, session }
    }
}

/// A session: one device that is logged in.
#[Object]
impl Session {
    /// The same string as the `sid` of the session's access tokens.
    pub(in crate::graphql) async fn id(&self) -> ID {
        ID(self.session.id.to_string())
    }

    /// When the user logged in.
    async fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }

    /// When the session was last used, to the minute.
    async fn last_used_at(&self) -> DateTime {
        self.session.last_used_at.into()
    }

    /// When the session ends by itself, unless it is refreshed before.
    async fn expires_at(&self) -> DateTime {
        self.session.expires_at.into()
    }

    /// When the session was ended before its time; null while it is open.
    async fn ended_at(&self) -> Option<DateTime> {
        self.session.ended_at.map(DateTime::from)
    }

    /// The `User-Agent` of the device when it logged in.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// The IP address that the device logged in from.
    async fn ip_address(&self) -> Option<&str> {
        self.session.ip_address.as_deref()
    }

    /// True if it is the session of this very request.
    #[graphql(name = "current")]
    async fn is_current(&self) -> bool {
        self.current
    }
}
