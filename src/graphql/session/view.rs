//! The GraphQL type `Session`, as its owner sees it.

use async_graphql::{ID, Object};
use chrono::{DurationRound, TimeDelta, Utc};

use crate::{
    accounts::{self, Actor, SessionId},
    graphql::date_time::DateTime,
};

pub(in crate::graphql) struct Session {
    session: accounts::Session,
    current: bool,
}

impl Session {
    /// The session that the request opened or refreshed.
    pub(in crate::graphql) fn current(session: accounts::Session) -> Self {
        Self { session, current: true }
    }

    /// The position of the session in a list.
    pub(in crate::graphql) fn cursor(&self) -> String {
        self.session.id.to_string()
    }

    /// A session of the actor.
    pub(in crate::graphql) fn seen_by(actor: &Actor, session: accounts::Session) -> Self {
        Self::seen_from(actor.session().id, session)
    }

    /// A session of the user whose current session has this id.
    pub(in crate::graphql) fn seen_from(current: SessionId, session: accounts::Session) -> Self {
        Self { current: session.id == current, session }
    }
}

/// A session: one device on which a user is logged in.
#[Object]
impl Session {
    /// The id of the session, equal to the claim `sid` of its access tokens.
    pub(in crate::graphql) async fn id(&self) -> ID {
        ID(self.session.id.to_string())
    }

    /// When the user logged in.
    async fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }

    /// When the session was last used, to the minute.
    async fn last_used_at(&self) -> DateTime {
        to_the_minute(self.session.last_used_at)
    }

    /// When the session expires, unless it is refreshed before, to the minute.
    async fn expires_at(&self) -> DateTime {
        to_the_minute(self.session.expires_at)
    }

    /// When the session was ended; null while it is open.
    async fn ended_at(&self) -> Option<DateTime> {
        self.session.ended_at.map(DateTime::from)
    }

    /// The `User-Agent` of the device at login.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// The IP address of the device at login.
    async fn ip_address(&self) -> Option<&str> {
        self.session.ip_address.as_deref()
    }

    /// The IP address of the last refresh, or of the login if the session was not refreshed yet.
    async fn last_ip_address(&self) -> Option<&str> {
        self.session.last_ip_address.as_deref().or(self.session.ip_address.as_deref())
    }

    /// Whether this is the session of the current request.
    #[graphql(name = "current")]
    async fn is_current(&self) -> bool {
        self.current
    }
}

/// The beginning of the minute: the exact time of a refresh is not for other devices.
fn to_the_minute(time: chrono::DateTime<Utc>) -> DateTime {
    time.duration_trunc(TimeDelta::minutes(1)).unwrap_or(time).into()
}
