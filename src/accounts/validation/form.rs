//! Forms: parsing their fields, and collecting every broken rule of all fields.

use std::fmt;

use super::text;
use crate::accounts::error::Failure;

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// An e-mail address.
    Email,
    /// A username.
    Username,
    /// The new username of an existing user.
    NewUsername,
    /// The password of a new user.
    Password,
    /// The new password of an existing user.
    NewPassword,
    /// The new e-mail address of an existing user.
    NewEmail,
    /// A display name.
    DisplayName,
    /// The id of a user.
    UserId,
}

/// A rule that a field can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The field is required.
    Required,
    /// The value is too short.
    TooShort,
    /// The value is too long.
    TooLong,
    /// The value does not have the required format.
    Format,
    /// The value contains a character that is not allowed.
    Characters,
    /// The password is common, or consists of names of the user or of the service.
    Guessable,
    /// The password has leaked elsewhere.
    Breached,
    /// The new value equals the current one.
    Unchanged,
    /// Nothing has this id.
    NotFound,
    /// The name is reserved for the operator.
    Reserved,
}

/// A broken rule, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field.
    pub field: Field,
    /// The rule.
    pub rule: Rule,
    /// A sentence for the person who filled in the form.
    pub message: String,
}

/// The broken rules of a form; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// A single broken rule.
    pub(in crate::accounts) fn one(field: Field, rule: Rule, message: &str) -> Self {
        Self(vec![Violation { field, rule, message: message.to_owned() }])
    }
}

/// All messages, each after the name of its field.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Violation { field, message, .. }) in self.0.iter().enumerate() {
            let space = if n > 0 { " " } else { "" };
            write!(f, "{space}{field}: {message}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "e-mail address",
            Self::Username => "username",
            Self::NewUsername => "new username",
            Self::Password => "password",
            Self::NewPassword => "new password",
            Self::NewEmail => "new e-mail address",
            Self::DisplayName => "display name",
            Self::UserId => "user id",
        })
    }
}

/// A broken rule of one value, without the field.
pub(in crate::accounts) type Broken = (Rule, String);

/// Collects broken rules while the fields are parsed.
#[derive(Debug, Default)]
pub(in crate::accounts) struct Form(Vec<Violation>);

impl Form {
    /// Parses an optional field. An empty one counts as not given, because forms also send fields that are empty.
    pub(in crate::accounts) fn optional<T>(
        &mut self,
        field: Field,
        input: Option<&str>,
        parse: impl FnOnce(&str) -> Result<T, Vec<Broken>>,
    ) -> Option<T> {
        text::given(input).and_then(|input| self.required(field, parse(input)))
    }

    /// The value of a required field; `None` if it breaks a rule.
    pub(in crate::accounts) fn required<T>(&mut self, field: Field, parsed: Result<T, Vec<Broken>>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(broken) => {
                self.0.extend(broken.into_iter().map(|(rule, message)| Violation { field, rule, message }));
                None
            }
        }
    }

    /// Adds a broken rule of the form as a whole.
    pub(in crate::accounts) fn reject(&mut self, field: Field, rule: Rule, message: &str) {
        self.0.push(Violation { field, rule, message: message.to_owned() });
    }

    /// The values of the form, if no rule is broken.
    pub(in crate::accounts) fn accept<T>(self, values: Option<T>) -> Result<T, Violations> {
        match values {
            Some(values) if self.0.is_empty() => Ok(values),
            Some(_) | None => Err(Violations(self.0)),
        }
    }
}

/// A form with a broken rule is a refusal of every verb that takes one.
impl<R: From<Violations>> From<Violations> for Failure<R> {
    fn from(violations: Violations) -> Self {
        Self::Refused(violations.into())
    }
}
