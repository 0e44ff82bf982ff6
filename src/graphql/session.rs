//! A session, as its owner sees it.

use async_graphql::{ID, Object};

use super::date_time::DateTime;
use crate::accounts;

pub(super) struct Session {
    session: accounts::Session,
    current: bool,
}

impl Session {
    /// The session that this request began.
    pub(super) fn current(session: accounts::Session) -> Self {
        Self { session, current: true }
    }
}

/// One signed-in device.
#[Object]
impl Session {
    /// The same string as the `sid` of the session's access tokens.
    async fn id(&self) -> ID {
        ID(self.session.id.to_string())
    }

    /// When the user signed in.
    async fn created_at(&self) -> DateTime {
        self.session.created_at.into()
    }

    /// When the session last got an access token.
    async fn last_used_at(&self) -> DateTime {
        self.session.last_used_at.into()
    }

    /// When the session ends by itself.
    async fn expires_at(&self) -> DateTime {
        self.session.expires_at.into()
    }

    /// What the device called itself when it signed in.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// Which address the device signed in from.
    async fn ip_address(&self) -> Option<&str> {
        self.session.ip_address.as_deref()
    }

    /// Whether it is the session of this very request.
    #[graphql(name = "current")]
    async fn is_current(&self) -> bool {
        self.current
    }
}
