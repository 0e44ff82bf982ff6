//! A session as the rest of the house sees one.

use chrono::{DateTime, Utc};

use super::id::SessionId;
use crate::entity;

/// One signed-in device.
#[derive(Clone, Debug)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// When the user signed in.
    pub created_at: DateTime<Utc>,
    /// When the session was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When somebody ended it.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the device called itself.
    pub user_agent: Option<String>,
    /// Where it signed in from.
    pub ip_address: Option<String>,
}

impl From<entity::session::Model> for Session {
    fn from(row: entity::session::Model) -> Self {
        Self {
            id: SessionId(row.id),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            expires_at: row.expires_at,
            ended_at: row.ended_at,
            user_agent: row.user_agent,
            ip_address: row.ip_address,
        }
    }
}
