//! Users and their sessions, as callers see them. Contains no secrets.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    accounts::id::{SessionId, UserId},
    entity,
};

pub use entity::user::Role;

/// A user.
#[derive(Clone, Debug)]
pub struct User {
    /// The id of the user.
    pub id: UserId,
    /// The e-mail address, as the user wrote it.
    pub email: Option<String>,
    /// Whether the user has verified the e-mail address.
    pub email_verified: bool,
    /// The username, as the user wrote it.
    pub username: Option<String>,
    /// The display name.
    pub display_name: Option<String>,
    /// The role, which decides what the user may do beyond their own account.
    pub role: Role,
    /// When the user registered.
    pub created_at: DateTime<Utc>,
    /// When the record last changed.
    pub updated_at: DateTime<Utc>,
    /// When the user was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The generation of the user's device tokens.
    pub(super) device_generation: i32,
}

impl From<entity::user::Model> for User {
    fn from(row: entity::user::Model) -> Self {
        Self {
            id: UserId(row.id),
            email_verified: row.email_verified_at.is_some() && row.email.is_some(),
            email: row.email,
            username: row.username,
            display_name: row.display_name,
            role: row.role,
            created_at: row.created_at,
            updated_at: row.updated_at,
            disabled_at: row.disabled_at,
            device_generation: row.device_generation,
        }
    }
}

/// How far the clock may have been ahead when a session began.
const MAX_CLOCK_SKEW: TimeDelta = TimeDelta::days(1);

/// A session: one device that is logged in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The id of the session.
    pub id: SessionId,
    /// When the user logged in.
    pub created_at: DateTime<Utc>,
    /// When the session was last used, to the minute.
    pub last_used_at: DateTime<Utc>,
    /// When the session expires.
    pub expires_at: DateTime<Utc>,
    /// When the session was ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The name of the device.
    pub user_agent: Option<String>,
    /// The address that the user logged in from.
    pub ip_address: Option<String>,
    /// The address of the last refresh; `None` before the first one.
    pub last_ip_address: Option<String>,
    /// The id of the access token of the newest pair, while no client has used it.
    pub(super) unused_access_token: Option<uuid::Uuid>,
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
            last_ip_address: row.last_ip_address,
            ip_address: row.ip_address,
            unused_access_token: row.unused_access_token,
        }
    }
}

impl Session {
    /// Whether the session is open: neither ended nor expired.
    pub(super) fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && !self.has_expired(now)
    }

    /// Whether the session has expired. One that begins in the future, further than clocks differ, counts as expired,
    /// because it would outlast all others.
    pub(super) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now || self.created_at > now + MAX_CLOCK_SKEW
    }
}
