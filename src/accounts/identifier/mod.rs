//! What somebody typed into the one box of a login form: an e-mail address, a username, or neither.

pub(super) mod email;
pub(super) mod username;

use sea_orm::{ConnectionTrait, DbErr};

use self::{email::Email, username::Username};
use crate::entity;

/// An identifier in its one normal form.
pub(in crate::accounts) enum Identifier<'t> {
    Email(String),
    Username(String),
    /// What can be no identifier is nobody's.
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

    /// Where it is looked for.
    pub(in crate::accounts) fn column(&self) -> Option<entity::user::Column> {
        match self {
            Self::Email(_) => Some(entity::user::Column::EmailCanonical),
            Self::Username(_) => Some(entity::user::Column::UsernameCanonical),
            Self::Neither(_) => None,
        }
    }

    /// The user whom it belongs to, and their password.
    pub(in crate::accounts) async fn find(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<(entity::user::Model, entity::password::Model)>, DbErr> {
        let Some(column) = self.column() else { return Ok(None) };
        let found = entity::user::with_password(db, column, self.canonical()).await?;
        Ok(found.and_then(|(user, password)| Some((user, password?))))
    }
}
