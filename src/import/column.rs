//! Finds the columns of a source, by the names that other systems use or by given names.

use std::fmt;

use thiserror::Error;

/// A value of a user.
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

/// The number of columns.
pub(super) const COLUMNS: usize = 9;

/// The name of each column, in the order of [`Column`], and its names in other systems.
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

/// The texts of one user, by [`Column`].
pub(super) type Texts = [Option<String>; COLUMNS];

/// The index of each column in a source, by [`Column`].
pub(super) type Positions = [Option<usize>; COLUMNS];

/// The names that each column is looked up by.
#[derive(Clone, Debug)]
pub struct Columns([Vec<String>; COLUMNS]);

/// Why the columns cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ColumnError {
    /// The text is not `NAME=COLUMN`, or has an unknown name.
    #[error("use --column NAME=COLUMN, where NAME is one of {}", names())]
    Unknown,
    /// A column has two names.
    #[error("the column {0} cannot be both {1} and {2}")]
    Twice(String, &'static str, &'static str),
    /// The source lacks a column.
    #[error("there is no column {wanted}; the columns are {}", .existing.join(", "))]
    Missing {
        /// The name of the column, or all names that it is looked up by.
        wanted: String,
        /// The columns of the source.
        existing: Vec<String>,
    },
}

impl Default for Columns {
    fn default() -> Self {
        Self(NAMES.map(|(_, _, names)| names.iter().map(ToString::to_string).collect()))
    }
}

impl Columns {
    /// Replaces the default names of columns by given ones, as `NAME=COLUMN`. `NAME=` leaves a column out.
    ///
    /// # Errors
    ///
    /// [`ColumnError::Unknown`].
    pub fn with_names<'g>(given: impl IntoIterator<Item = &'g str>) -> Result<Self, ColumnError> {
        let Self(mut columns) = Self::default();
        for given in given {
            let (name, column) = given.split_once('=').ok_or(ColumnError::Unknown)?;
            let index = NAMES.iter().position(|(_, known, _)| *known == name).ok_or(ColumnError::Unknown)?;
            columns[index] = if column.is_empty() { Vec::new() } else { vec![column.to_owned()] };
        }
        Ok(Self(columns))
    }

    /// Reads each column by the first of its names that has a value.
    pub(super) fn pick(&self, mut value: impl FnMut(&str) -> Option<String>) -> Texts {
        std::array::from_fn(|column| self.0[column].iter().find_map(|name| value(name)))
    }

    /// Finds the columns among those of a source.
    ///
    /// # Errors
    ///
    /// When a given or a required column is missing, or two columns are the same.
    pub(super) fn find(&self, existing: &[String]) -> Result<Positions, ColumnError> {
        let position = |name: &String| existing.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        let positions: Positions = std::array::from_fn(|column| self.0[column].iter().find_map(position));
        let missing = |wanted: &str| ColumnError::Missing { wanted: wanted.to_owned(), existing: existing.to_vec() };

        let Self(default) = Self::default();
        for (column, names) in self.0.iter().enumerate() {
            if let ([name], None, true) = (&names[..], positions[column], *names != default[column]) {
                return Err(missing(name));
            }
        }
        let is_found = |column: Column| positions[column as usize].is_some();
        if !is_found(Column::PasswordHash) {
            return Err(missing("hashed_password, password_hash or password"));
        }
        if !is_found(Column::Email) && !is_found(Column::Username) {
            return Err(missing("email or username"));
        }
        for (position, (_, name, _)) in positions.iter().zip(NAMES) {
            let mut before = positions.iter().zip(NAMES).take_while(|(_, (_, other, _))| *other != name);
            if let (Some(at), Some((_, (_, other, _)))) = (position, before.find(|(other, _)| *other == position)) {
                return Err(ColumnError::Twice(existing[*at].clone(), other, name));
            }
        }
        Ok(positions)
    }
}

fn names() -> String {
    NAMES.map(|(_, name, _)| name).join(", ")
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES[*self as usize].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(given: &[&str], existing: &[&str]) -> Result<Positions, ColumnError> {
        let existing: Vec<String> = existing.iter().map(ToString::to_string).collect();
        Columns::with_names(given.iter().copied())?.find(&existing)
    }

    #[test]
    fn default_names_are_found_and_given_names_replace_them() {
        let defaults = find(&[], &["id", "email", "full_name", "Hashed_Password", "is_active"]).unwrap();
        assert_eq!(defaults, [Some(0), Some(1), None, Some(3), Some(2), None, None, Some(4), None]);
        let given =
            find(&["email=mail", "id=", "password_hash=secret"], &["id", "mail", "password", "secret"]).unwrap();
        assert_eq!(given, [None, Some(1), None, Some(3), None, None, None, None, None]);
    }

    #[test]
    fn columns_that_cannot_be_used_are_an_error() {
        for (given, existing) in [
            (&["mail=email"][..], &["email", "password"][..]),
            (&["email"], &["email", "password"]),
            (&["email=mail"], &["email", "password"]),
            (&[], &["email", "hash"]),
            (&[], &["mail", "password"]),
            (&["username=password"], &["email", "password"]),
        ] {
            assert!(find(given, existing).is_err(), "{given:?} {existing:?}");
        }
    }
}
