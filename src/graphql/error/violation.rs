//! Violations: the rules that the input of a form breaks.

use async_graphql::{Enum, SimpleObject};

use crate::accounts::{Field, Rule, Violation};

/// One broken rule of one input field.
#[derive(SimpleObject)]
pub(in crate::graphql) struct FieldViolation {
    /// The path of the field among the arguments, such as `["input", "email"]`.
    path: Vec<&'static str>,
    /// Which rule is broken, for programs.
    rule: ViolationRule,
    /// What the user can do about it, in English, to be shown beside the field.
    message: String,
}

/// A rule for input.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Rule")]
pub(in crate::graphql) enum ViolationRule {
    /// A value is required.
    Required,
    /// The value is too short.
    TooShort,
    /// The value is too long.
    TooLong,
    /// The value does not have the right format, for example that of an e-mail address.
    Format,
    /// The value has characters that are not allowed.
    Characters,
    /// The password is easy to guess: it is a common one, or it consists of names of the user or of the service.
    Guessable,
    /// The password was leaked in a data breach of another service.
    Breached,
    /// The new value equals the current one.
    Unchanged,
    /// The value refers to something that does not exist.
    NotFound,
    /// The username is reserved for the operator of the service.
    Reserved,
}

impl From<&Violation> for FieldViolation {
    fn from(violation: &Violation) -> Self {
        let field = match violation.field {
            Field::Email => "email",
            Field::Username => "username",
            Field::NewUsername => "newUsername",
            Field::Password => "password",
            Field::NewPassword => "newPassword",
            Field::NewEmail => "newEmail",
            Field::DisplayName => "displayName",
            Field::UserId => "userId",
        };
        Self { path: vec!["input", field], rule: violation.rule.into(), message: violation.message.clone() }
    }
}
