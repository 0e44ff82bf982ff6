//! Forms, the rules that their fields may break, and the texts in them.

pub(super) mod form;
pub(super) mod text;

pub use self::form::{Field, Rule, Violation, Violations};
