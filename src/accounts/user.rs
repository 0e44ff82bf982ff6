//! A user and their sessions, as callers see them.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    accounts::id::{SessionId, UserId},
    entity,
};

pub use entity::user::Role;

/// A person's record. Carries no secret.
#[derive(Clone, Debug)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// As its owner wrote it.
    pub email: Option<String>,
    /// Whether the user showed that it is theirs.
    pub email_verified: bool,
    /// As its owner wrote it.
    pub username: Option<String>,
    /// What others may call this person.
    pub display_name: Option<String>,
    /// What this user may do beyond their own account.
    pub role: Role,
    /// When the user registered.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
    /// Since when the gates are closed to this user, if they are.
    pub disabled_at: Option<DateTime<Utc>>,
}

impl From<entity::user::Model> for User {
    fn from(row: entity::user::Model) -> Self {
        Self {
            id: UserId(row.id),
            email: row.email,
            email_verified: row.email_verified_at.is_some(),
            username: row.username,
            display_name: row.display_name,
            role: row.role,
            created_at: row.created_at,
            updated_at: row.updated_at,
            disabled_at: row.disabled_at,
        }
    }
}

/// How far the clock may have been ahead when a session began.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::days(1);

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

impl Session {
    /// Whether the session can be used.
    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && !self.has_expired(now)
    }

    /// Whether the session is past its end. One that begins in a later future than clocks differ never ends by itself,
    /// so it counts as expired.
    pub(super) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now || self.created_at > now + MAX_CLOCK_SKEW
    }
}
