//! Identifiers: the e-mail address and the username that users log in with, each in one canonical form.
//!
//! [`email::Email`] and [`username::Username`] parse and canonicalise; [`Identifier`] decides which of the two a client
//! typed. Registration, login, changes, imports and limits all use these functions. [`reservation`] keeps names that a
//! user gave up.

pub(super) mod email;
pub(super) mod reservation;
pub(super) mod username;

use sea_orm::{ConnectionTrait, DbErr};

use self::{email::Email, username::Username};
use crate::entity;

/// The identifier that a client typed, in its canonical form.
pub(in crate::accounts) enum Identifier<'t> {
    Email(String),
    Username(String),
    /// Text that no user can have as an identifier.
    Neither(&'t str),
}

impl<'t> Identifier<'t> {
    pub(in crate::accounts) fn parse(text: &'t str) -> Self {
        match (Email::parse(text), Username::parse(text)) {
            (Ok(email), _) => Self::Email(email.canonical),
            (Err(_), Ok(username)) => Self::Username(username.canonical),
            (Err(_), Err(_)) => Self::Neither(text),
        }
    }

    /// The same text for each spelling.
    pub(in crate::accounts) fn canonical(&self) -> &str {
        match self {
            Self::Email(text) | Self::Username(text) => text,
            Self::Neither(text) => text,
        }
    }

    /// The column that holds such identifiers.
    pub(in crate::accounts) fn column(&self) -> Option<entity::user::Column> {
        match self {
            Self::Email(_) => Some(entity::user::Column::EmailCanonical),
            Self::Username(_) => Some(entity::user::Column::UsernameCanonical),
            Self::Neither(_) => None,
        }
    }

    /// The user who has this identifier.
    pub(in crate::accounts) async fn find(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<entity::user::Identified>, DbErr> {
        let Some(column) = self.column() else { return Ok(None) };
        entity::user::identify(db, column, self.canonical()).await
    }
}
