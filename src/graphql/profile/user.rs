//! A user, as those see one who may.

use async_graphql::{ID, Object};

use crate::{
    accounts::{self, Actor},
    graphql::date_time::DateTime,
};

pub(in crate::graphql) struct User {
    user: accounts::User,
    view: View,
}

/// How much of a user is seen: it depends on how one got there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// By its owner, by whoever holds its owner's token, and by admins: everything.
    Full,
    /// By anybody: not the address.
    Public,
}

impl User {
    /// As much of a user as this caller may see.
    pub(in crate::graphql) fn seen_by(caller: Option<&Actor>, user: accounts::User) -> Self {
        let full = caller.is_some_and(|actor| actor.user().id == user.id || actor.admin().is_some());
        Self { user, view: if full { View::Full } else { View::Public } }
    }
}

/// A person with an account.
#[Object]
impl User {
    /// The same string as the `sub` of the user's access tokens; a UUIDv7.
    pub(in crate::graphql) async fn id(&self) -> ID {
        ID(self.user.id.to_string())
    }

    /// The e-mail address, as its owner wrote it. Null for users who have
    /// none, and unless you are that user, hold their token or are an admin.
    async fn email(&self) -> Option<&str> {
        (self.view == View::Full).then_some(self.user.email.as_deref()).flatten()
    }

    /// Whether the user showed that the e-mail address is theirs. Null where `email` is.
    async fn email_verified(&self) -> Option<bool> {
        (self.view == View::Full && self.user.email.is_some()).then_some(self.user.email_verified)
    }

    /// The name to log in with, as its owner wrote it. Null for users who log in with their e-mail address.
    async fn username(&self) -> Option<&str> {
        self.user.username.as_deref()
    }

    /// What to call this person, if they said so.
    async fn display_name(&self) -> Option<&str> {
        self.user.display_name.as_deref()
    }

    /// When the user registered.
    async fn created_at(&self) -> DateTime {
        self.user.created_at.into()
    }

    /// When the profile last changed.
    async fn updated_at(&self) -> DateTime {
        self.user.updated_at.into()
    }
}

/// A user who was found by way of the caller's own rights.
impl From<accounts::User> for User {
    fn from(user: accounts::User) -> Self {
        Self { user, view: View::Full }
    }
}
