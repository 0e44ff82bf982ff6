//! A form that is not filled in right, with everything that is wrong with it.

use async_graphql::{Enum, Object, SimpleObject};

use super::user_error::ErrorCode;
use crate::accounts::{Field, Rule, Violation, Violations};

pub(super) struct ValidationFailed(pub(super) Violations);

/// The form is not filled in right. Lists everything that is wrong with it, not only the first.
#[Object]
impl ValidationFailed {
    /// `VALIDATION_FAILED`.
    pub(super) async fn code(&self) -> ErrorCode {
        ErrorCode::ValidationFailed
    }

    /// What to do about it.
    pub(super) async fn message(&self) -> String {
        "Some fields need another look.".to_owned()
    }

    /// Every broken rule; never empty.
    async fn violations(&self) -> Vec<FieldViolation> {
        self.0.0.iter().map(FieldViolation::from).collect()
    }
}

/// One broken rule of one field.
#[derive(SimpleObject)]
pub(super) struct FieldViolation {
    /// Where the field stands among the arguments, such as `["input", "email"]`.
    path: Vec<&'static str>,
    /// Which rule, for programs.
    rule: ViolationRule,
    /// What to do about it, in a sentence that may be shown beside the field.
    message: String,
}

/// A rule that a field can break.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Rule")]
pub(super) enum ViolationRule {
    /// Something must be given here.
    Required,
    /// Not as long as it must be.
    TooShort,
    /// Longer than it may be.
    TooLong,
    /// Not of the form that such a thing has.
    Format,
    /// Characters that it may not have.
    Characters,
    /// A password that is easily guessed: a common one, or one that says who the user is.
    Guessable,
    /// There is no such thing.
    NotFound,
}

impl From<&Violation> for FieldViolation {
    fn from(violation: &Violation) -> Self {
        let field = match violation.field {
            Field::Email => "email",
            Field::Username => "username",
            Field::Password => "password",
            Field::NewPassword => "newPassword",
            Field::DisplayName => "displayName",
            Field::UserId => "userId",
        };
        Self { path: vec!["input", field], rule: violation.rule.into(), message: violation.message.clone() }
    }
}
