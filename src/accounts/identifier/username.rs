//! A username of a user, and its forms.

use latchkey_names::{UsernameProblem, former};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::reserved::ReservedUsernames;
use crate::{
    accounts::validation::form::{Broken, Rule},
    entity,
};

/// A username. Contains no `@`, so it is never an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Username {
    forms: latchkey_names::Username,
    /// What earlier releases stored for this spelling.
    former: String,
}

impl Username {
    /// Parses a username that an operator chooses for a user.
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let forms = latchkey_names::Username::parse(input)
            .map_err(|problems| problems.into_iter().map(explain).collect::<Vec<_>>())?;
        Ok(Self { forms, former: former(input) })
    }

    /// Parses a username that a user chooses. It must not be reserved, unless it is a spelling of the `current` one.
    pub(in crate::accounts) fn parse_chosen(
        input: &str,
        reserved: &ReservedUsernames,
        current: Option<&str>,
    ) -> Result<Self, Vec<Broken>> {
        let name = Self::parse(input)?;
        let current = current.and_then(|current| Self::parse(current).ok());
        let is_current = current.is_some_and(|current| current.canonical() == name.canonical());
        if !is_current && reserved.contains(&name.forms) {
            return Err(vec![(Rule::Reserved, "This username is reserved. Choose another one.".to_owned())]);
        }
        Ok(name)
    }

    /// As the user wrote it.
    pub(in crate::accounts) fn written(&self) -> &str {
        &self.forms.written
    }

    /// The same for every spelling in case and composition; unique, and used for lookups.
    pub(in crate::accounts) fn canonical(&self) -> &str {
        &self.forms.canonical
    }

    /// What the row of a user with this name contains, in the order of preference.
    pub(in crate::accounts) fn forms(&self) -> [&str; 2] {
        [&self.former, &self.forms.canonical]
    }

    /// Writes a name, or none, into the row of a user.
    pub(in crate::accounts) fn put(name: Option<Self>, user: &mut entity::user::Model) {
        let name = name.map(|name| name.forms);
        user.username_skeleton = name.as_ref().map(|name| name.skeleton.clone());
        (user.username, user.username_canonical) = name.map(|name| (name.written, name.canonical)).unzip();
    }

    /// Whether a user has this name or one that looks like it.
    pub(in crate::accounts) async fn is_taken(&self, db: &impl ConnectionTrait) -> Result<bool, DbErr> {
        entity::user::has_username(db, self.forms(), &self.forms.skeleton).await
    }

    /// Whether the row of another user, which could not be converted, has this name. For the canonical form and the
    /// skeleton, the unique indexes decide.
    pub(in crate::accounts) async fn is_taken_formerly(
        &self,
        db: &impl ConnectionTrait,
        by_other_than: Uuid,
    ) -> Result<bool, DbErr> {
        if self.former == self.forms.canonical {
            return Ok(false);
        }
        entity::user::is_taken(db, entity::user::Column::UsernameCanonical, &self.former, by_other_than).await
    }
}

fn explain(problem: UsernameProblem) -> Broken {
    let (rule, message) = match problem {
        UsernameProblem::TooShort => (Rule::TooShort, "Use at least 3 characters."),
        UsernameProblem::TooLong => (Rule::TooLong, "Use at most 32 characters."),
        UsernameProblem::Characters => (Rule::Characters, "Use letters, digits, and . _ - between them."),
        UsernameProblem::Ends => (Rule::Format, "Begin and end with a letter or a digit."),
        UsernameProblem::Scripts => (Rule::Characters, "Use letters of one script."),
    };
    (rule, message.to_owned())
}
