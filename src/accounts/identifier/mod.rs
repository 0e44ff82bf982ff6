//! Identifiers: the e-mail address and the username that users log in with.
//!
//! [`email::Email`] and [`username::Username`] parse them; [`Identifier`] decides which of the two a client typed.
//! Registration, login, changes, imports, commands and limits all use these functions. [`reservation`] keeps names that
//! a user gave up. The canonical forms are computed in the crate `latchkey-names`, in the folder `names/`, which the
//! migrations use as well.
//!
//! Each lookup is for two forms: the canonical one, and the one that earlier releases stored (NFC, lower case). The
//! migration that introduced the canonical forms left the second one where two users would have had the same. Such
//! users log in with their own spelling, which wins over the canonical form; `latchkey user collisions` lists them.

pub(super) mod email;
pub(super) mod reservation;
pub(super) mod reserved;
pub(super) mod username;

use latchkey_names::former;
use sea_orm::{ConnectionTrait, DbErr};

pub use self::reserved::ReservedUsernames;
use self::{email::Email, username::Username};
use crate::entity;

/// The identifier that a client typed.
pub(in crate::accounts) struct Identifier {
    column: entity::user::Column,
    canonical: String,
    former: String,
}

impl Identifier {
    /// Every text is an identifier, though not every one can belong to a user.
    pub(in crate::accounts) fn parse(text: &str) -> Self {
        // PostgreSQL cannot store U+0000, so no user has it.
        let former = former(text).replace('\0', "\u{fffd}");
        let (column, canonical) = if text.contains('@') {
            (entity::user::Column::EmailCanonical, Email::parse(text).ok().map(|email| email.canonical))
        } else {
            let name = Username::parse(text).ok();
            (entity::user::Column::UsernameCanonical, name.map(|name| name.canonical().to_owned()))
        };
        Self { column, canonical: canonical.unwrap_or_else(|| former.clone()), former }
    }

    /// The same text for each spelling.
    pub(in crate::accounts) fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Whether it is an e-mail address, and no username.
    pub(in crate::accounts) fn is_email(&self) -> bool {
        matches!(self.column, entity::user::Column::EmailCanonical)
    }

    /// The column that holds such identifiers.
    pub(in crate::accounts) fn column(&self) -> entity::user::Column {
        self.column
    }

    /// What the row of a user with this identifier contains, in the order of preference.
    pub(in crate::accounts) fn forms(&self) -> [&str; 2] {
        [&self.former, &self.canonical]
    }

    /// The user who has this identifier.
    pub(in crate::accounts) async fn find(
        &self,
        db: &impl ConnectionTrait,
    ) -> Result<Option<entity::user::Identified>, DbErr> {
        entity::user::identify(db, self.column, self.forms()).await
    }
}
