//! Which column holds what: by the names that other systems use, or by those that were given.

use std::fmt;

use thiserror::Error;

/// What is read of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    Email,
    Username,
    PasswordHash,
    DisplayName,
    CreatedAt,
    Disabled,
    IsActive,
    EmailVerified,
}

/// How many there are.
pub(super) const COLUMNS: usize = 9;

/// The name of each, in the order of [`Column`], and what other systems call it.
const NAMES: [(Column, &str, &[&str]); COLUMNS] = [
    (Column::Id, "id", &["id"]),
    (Column::Email, "email", &["email"]),
    (Column::Username, "username", &["username"]),
    (Column::PasswordHash, "password_hash", &["hashed_password", "password_hash", "password"]),
    (Column::DisplayName, "display_name", &["display_name", "full_name", "name"]),
    (Column::CreatedAt, "created_at", &["created_at"]),
    (Column::Disabled, "disabled", &["disabled"]),
    (Column::IsActive, "is_active", &["is_active"]),
    (Column::EmailVerified, "email_verified", &["email_verified", "is_verified"]),
];

/// What one user's columns hold, by [`Column`].
pub(super) type Texts = [Option<String>; COLUMNS];

/// Where a source has each column, by [`Column`].
pub(super) type Positions = [Option<usize>; COLUMNS];

/// Under which names each column is looked for.
#[derive(Clone, Debug)]
pub struct Columns([Vec<String>; COLUMNS]);

/// Why the columns make no sense.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ColumnError {
    /// It is not written as it must be.
    #[error("write --column NAME=COLUMN, where NAME is one of {}", names())]
    Unknown,
    /// One column was given for two things.
    #[error("the column {0} cannot be both {1} and {2}")]
    Twice(String, &'static str, &'static str),
    /// The source does not have it.
    #[error("there is no column {wanted}; the columns are {}", listed(.there))]
    Missing {
        /// What was looked for.
        wanted: String,
        /// What there is.
        there: Vec<String>,
    },
}

impl Columns {
    /// The usual names, but for those that are given as `NAME=COLUMN`. With nothing behind the `=`, that column is left
    /// out.
    ///
    /// # Errors
    ///
    /// [`ColumnError`].
    pub fn with_names<'g>(given: impl IntoIterator<Item = &'g str>) -> Result<Self, ColumnError> {
        let mut columns = NAMES.map(|(_, _, names)| names.iter().map(ToString::to_string).collect::<Vec<_>>());
        for given in given {
            let (name, column) = given.split_once('=').ok_or(ColumnError::Unknown)?;
            let place = NAMES.iter().position(|(_, known, _)| *known == name).ok_or(ColumnError::Unknown)?;
            columns[place] = if column.is_empty() { Vec::new() } else { vec![column.to_owned()] };
        }
        Ok(Self(columns))
    }

    /// What stands under one of the names of each column.
    pub(super) fn pick(&self, mut value: impl FnMut(&str) -> Option<String>) -> Texts {
        std::array::from_fn(|place| self.0[place].iter().find_map(|name| value(name)))
    }

    /// Where these columns are among those that a source has.
    ///
    /// # Errors
    ///
    /// When one that was given is not there, or those that everybody needs.
    pub(super) fn find(&self, there: &[String]) -> Result<Positions, ColumnError> {
        let place = |name: &String| there.iter().position(|there| there.trim().eq_ignore_ascii_case(name));
        let places: Positions = std::array::from_fn(|column| self.0[column].iter().find_map(place));
        let missing = |wanted: &str| ColumnError::Missing { wanted: wanted.to_owned(), there: there.to_vec() };

        let usual = Self::with_names([])?;
        for (column, names) in self.0.iter().enumerate() {
            if let ([name], None, true) = (&names[..], places[column], *names != usual.0[column]) {
                return Err(missing(name));
            }
        }
        let is_there = |column: Column| places[column as usize].is_some();
        if !is_there(Column::PasswordHash) {
            return Err(missing("hashed_password, password_hash or password"));
        }
        if !is_there(Column::Email) && !is_there(Column::Username) {
            return Err(missing("email or username"));
        }
        for (place, (_, name, _)) in places.iter().zip(NAMES) {
            let mut before = places.iter().zip(NAMES).take_while(|(_, (_, other, _))| *other != name);
            if let (Some(at), Some((_, (_, other, _)))) = (place, before.find(|(other, _)| *other == place)) {
                return Err(ColumnError::Twice(there[*at].clone(), other, name));
            }
        }
        Ok(places)
    }
}

fn names() -> String {
    NAMES.map(|(_, name, _)| name).join(", ")
}

fn listed(columns: &[String]) -> String {
    columns.join(", ")
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES[*self as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(given: &[&str], there: &[&str]) -> Result<Positions, ColumnError> {
        let there: Vec<String> = there.iter().map(ToString::to_string).collect();
        Columns::with_names(given.iter().copied())?.find(&there)
    }

    #[test]
    fn the_usual_names_are_found_and_others_where_they_are_given() {
        let seed = found(&[], &["id", "email", "full_name", "Hashed_Password", "is_active"]).unwrap();
        assert_eq!(seed, [Some(0), Some(1), None, Some(3), Some(2), None, None, Some(4), None]);
        let given =
            found(&["email=mail", "id=", "password_hash=secret"], &["id", "mail", "password", "secret"]).unwrap();
        assert_eq!(given, [None, Some(1), None, Some(3), None, None, None, None, None]);
    }

    #[test]
    fn what_makes_no_sense_is_told() {
        for (given, there) in [
            (&["mail=email"][..], &["email", "password"][..]),
            (&["email"], &["email", "password"]),
            (&["email=mail"], &["email", "password"]),
            (&[], &["email", "hash"]),
            (&[], &["mail", "password"]),
            (&["username=password"], &["email", "password"]),
        ] {
            assert!(found(given, there).is_err(), "{given:?} {there:?}");
        }
    }
}
