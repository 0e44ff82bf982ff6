//! Problems with settings: which setting is not valid, and what a valid one is.

use std::fmt;

/// A problem with one setting. Never holds the value of the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The variable.
    pub name: String,
    /// What is wrong, as the rest of a sentence that begins with the name.
    pub message: String,
}

/// All problems with the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problem {
    pub(super) fn new(name: &str, message: impl fmt::Display) -> Self {
        Self { name: name.to_owned(), message: message.to_string() }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("These settings are not valid:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {} {}", problem.name, problem.message))
    }
}

impl std::error::Error for Problems {}
