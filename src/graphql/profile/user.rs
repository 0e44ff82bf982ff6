//! The GraphQL type `User`. What it shows depends on the caller.

use async_graphql::{ID, Object};

use crate::{
    accounts::{self, Actor},
    graphql::date_time::DateTime,
};

pub(in crate::graphql) struct User {
    user: accounts::User,
    view: View,
}

/// How much of a user the caller sees.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// Everything: for the user, for callers who hold an access token of the user, and for admins.
    Full,
    /// Everything but the e-mail address: for other callers.
    Public,
}

impl User {
    /// The user as this caller may see it.
    pub(in crate::graphql) fn seen_by(caller: Option<&Actor>, user: accounts::User) -> Self {
        let full = caller.is_some_and(|actor| actor.user().id == user.id || actor.admin().is_some());
        Self { user, view: if full { View::Full } else { View::Public } }
    }
}

/// A user: a person with an account.
#[Object]
impl User {
    /// The id of the user, equal to the claim `sub` of the user's access tokens. A UUIDv7.
    pub(in crate::graphql) async fn id(&self) -> ID {
        ID(self.user.id.to_string())
    }

    /// The e-mail address as the user entered it. Null if the user has none, and for callers who are neither this user
    /// nor an admin and do not hold an access token of this user.
    async fn email(&self) -> Option<&str> {
        (self.view == View::Full).then_some(self.user.email.as_deref()).flatten()
    }

    /// Whether the e-mail address is verified. Null if `email` is null.
    async fn email_verified(&self) -> Option<bool> {
        (self.view == View::Full && self.user.email.is_some()).then_some(self.user.email_verified)
    }

    /// The username as the user entered it. Null if the user has none.
    async fn username(&self) -> Option<&str> {
        self.user.username.as_deref()
    }

    /// The name to display. Null if the user has not set one.
    async fn display_name(&self) -> Option<&str> {
        self.user.display_name.as_deref()
    }

    /// When the user registered.
    async fn created_at(&self) -> DateTime {
        self.user.created_at.into()
    }

    /// When the profile was last changed.
    async fn updated_at(&self) -> DateTime {
        self.user.updated_at.into()
    }
}

/// The user as they see themselves: the caller has the right to see everything.
impl From<accounts::User> for User {
    fn from(user: accounts::User) -> Self {
        Self { user, view: View::Full }
    }
}
