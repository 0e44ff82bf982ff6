//! A user as the rest of the house sees one.

use chrono::{DateTime, Utc};

use super::id::UserId;
use crate::entity;

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
