//! A form that is not filled in right, with everything that is wrong with it.

use async_graphql::{Enum, Object, SimpleObject};

use super::code::ErrorCode;
use crate::accounts::{Field, Rule, Violation, Violations};

pub(in crate::graphql) struct ValidationFailed(pub(in crate::graphql) Violations);

/// Some input is not valid. Lists everything that is wrong with it, not only the first.
#[Object]
impl ValidationFailed {
    /// Always `VALIDATION_FAILED`.
    pub(in crate::graphql) async fn code(&self) -> ErrorCode {
        ErrorCode::ValidationFailed
    }

    /// What to do about it, in English. The wording may change; go by `code`.
    pub(in crate::graphql) async fn message(&self) -> String {
        "Some fields need another look.".to_owned()
    }

    /// Every broken rule; never empty.
    async fn violations(&self) -> Vec<FieldViolation> {
        self.0.0.iter().map(FieldViolation::from).collect()
    }
}

/// One broken rule of one input field.
#[derive(SimpleObject)]
pub(in crate::graphql) struct FieldViolation {
    /// Where the field stands among the arguments, such as `["input", "email"]`.
    path: Vec<&'static str>,
    /// Which rule is broken, for programs.
    rule: ViolationRule,
    /// What to do about it, in English, fit to be shown beside the field.
    message: String,
}

/// A rule that input can break.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Rule")]
pub(in crate::graphql) enum ViolationRule {
    /// A value is required here.
    Required,
    /// The value is too short.
    TooShort,
    /// The value is too long.
    TooLong,
    /// Not a valid value of its kind, for example not an e-mail address.
    Format,
    /// The value has characters that are not allowed.
    Characters,
    /// The password is easily guessed: a common one, or the user's own name or address.
    Guessable,
    /// The password is known from a leak elsewhere: choose another one.
    Breached,
    /// What the value names does not exist.
    NotFound,
}

impl From<&Violation> for FieldViolation {
    fn from(violation: &Violation) -> Self {
        let field = match violation.field {
            Field::Email => "email",
            Field::Username => "username",
            Field::Password => "password",
            Field::NewPassword => "newPassword",
            Field::NewEmail => "newEmail",
            Field::DisplayName => "displayName",
            Field::UserId => "userId",
        };
        Self { path: vec!["input", field], rule: violation.rule.into(), message: violation.message.clone() }
    }
}
