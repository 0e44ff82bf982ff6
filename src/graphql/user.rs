//! A user, as those see one who may.

use async_graphql::{ID, Object};

use super::date_time::DateTime;
use crate::accounts;

pub(super) struct User(pub(super) accounts::User);

/// A person with an account.
#[Object]
impl User {
    /// The same string as the `sub` of the user's access tokens; a UUIDv7.
    pub(super) async fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The e-mail address, as its owner wrote it. Null for users who have
    /// none, and unless you are that user, hold their token or are an admin.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// The name to log in with, as its owner wrote it. Null for users who log in with their e-mail address.
    async fn username(&self) -> Option<&str> {
        self.0.username.as_deref()
    }

    /// What to call this person, if they said so.
    async fn display_name(&self) -> Option<&str> {
        self.0.display_name.as_deref()
    }

    /// When the user registered.
    async fn created_at(&self) -> DateTime {
        self.0.created_at.into()
    }

    /// When the profile last changed.
    async fn updated_at(&self) -> DateTime {
        self.0.updated_at.into()
    }
}

impl From<accounts::User> for User {
    fn from(user: accounts::User) -> Self {
        Self(user)
    }
}
