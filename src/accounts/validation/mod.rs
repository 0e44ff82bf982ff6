//! Forms and texts: the rules that fields may break, and the normal form of what users type.
//!
//! Knows no particular field: e-mail addresses and usernames are in [`identifier`](super::identifier), display names in
//! [`profile`](super::profile), passwords in [`password`](super::password).

pub(super) mod form;
pub(super) mod text;

pub use self::form::{Field, Rule, Violation, Violations};
