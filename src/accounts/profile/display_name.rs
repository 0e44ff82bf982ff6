//! Display names: what other people call a user.

use crate::accounts::validation::{
    form::{Broken, Rule},
    text,
};

/// The longest display name, in characters.
const MAX: usize = 100;

/// A display name: any line of text that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct DisplayName(pub(in crate::accounts) String);

impl DisplayName {
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let name = text::tidy(input);
        let broken = [
            name.is_empty().then(|| (Rule::TooShort, "Write a name, or leave it out.".to_owned())),
            text::longer_than(MAX, &name),
            text::control_characters(&name),
        ];
        text::unless_broken(broken, || Self(name))
    }
}
