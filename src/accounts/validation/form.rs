//! A form and everything that is wrong with it, so that whoever filled it in hears of it all at once.

use crate::accounts::error::Failure;
use std::fmt;

/// A field of some form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// An e-mail address.
    Email,
    /// A username.
    Username,
    /// The password of a new user.
    Password,
    /// The password in the place of the current one.
    NewPassword,
    /// The e-mail address in the place of the current one.
    NewEmail,
    /// What others may call this person.
    DisplayName,
    /// Whom it is about.
    UserId,
}

/// A rule that a field can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Something must be given.
    Required,
    /// Not as long as it must be.
    TooShort,
    /// Longer than it may be.
    TooLong,
    /// Not of the form that such a thing has.
    Format,
    /// Characters that it may not have.
    Characters,
    /// A password that many people use, or that says who the user is.
    Guessable,
    /// A password that leaked elsewhere.
    Breached,
    /// There is no such thing.
    NotFound,
}

/// One broken rule, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub field: Field,
    /// Which rule.
    pub rule: Rule,
    /// A sentence for the person who filled in the form.
    pub message: String,
}

/// Every broken rule of a form; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

impl Violations {
    /// A single broken rule.
    pub(in crate::accounts) fn one(field: Field, rule: Rule, message: &str) -> Self {
        Self(vec![Violation { field, rule, message: message.to_owned() }])
    }
}

/// All sentences, each after the name of its field.
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
            Self::Password => "password",
            Self::NewPassword => "new password",
            Self::NewEmail => "new e-mail address",
            Self::DisplayName => "display name",
            Self::UserId => "user id",
        })
    }
}

/// A broken rule of one value, which does not know the field it stood in.
pub(in crate::accounts) type Broken = (Rule, String);

/// Collects what is wrong while the fields are read one by one.
#[derive(Debug, Default)]
pub(in crate::accounts) struct Form(Vec<Violation>);

impl Form {
    /// The value of a field that may be left out.
    pub(in crate::accounts) fn optional<I, T>(
        &mut self,
        field: Field,
        input: Option<I>,
        parse: impl FnOnce(I) -> Result<T, Vec<Broken>>,
    ) -> Option<T> {
        input.and_then(|input| self.required(field, parse(input)))
    }

    /// The value of a field that must be given; nothing when it is wrong.
    pub(in crate::accounts) fn required<T>(&mut self, field: Field, parsed: Result<T, Vec<Broken>>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(broken) => {
                self.0.extend(broken.into_iter().map(|(rule, message)| Violation { field, rule, message }));
                None
            }
        }
    }

    /// A rule that is broken by the form as a whole.
    pub(in crate::accounts) fn reject(&mut self, field: Field, rule: Rule, message: &str) {
        self.0.push(Violation { field, rule, message: message.to_owned() });
    }

    /// The form's values, if nothing is wrong with any of them.
    pub(in crate::accounts) fn accept<T>(self, values: Option<T>) -> Result<T, Violations> {
        match values {
            Some(values) if self.0.is_empty() => Ok(values),
            Some(_) | None => Err(Violations(self.0)),
        }
    }
}

/// A form that was not filled in right is a refusal of every verb that takes one.
impl<R: From<Violations>> From<Violations> for Failure<R> {
    fn from(violations: Violations) -> Self {
        Self::Refused(violations.into())
    }
}
