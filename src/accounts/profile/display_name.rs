//! Display names: what other people call a user.

use latchkey_names::tidy_display_name;

use crate::accounts::validation::{
    form::{Broken, Rule},
    text,
};

/// The longest display name, in characters.
const MAX: usize = 100;

/// A display name: a line of text with at least one visible character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct DisplayName(pub(in crate::accounts) String);

impl DisplayName {
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let Some(name) = tidy_display_name(input) else {
            return Err(vec![(Rule::Characters, "Remove the characters that cannot be seen.".to_owned())]);
        };
        let broken = [
            name.is_empty().then(|| (Rule::TooShort, "Write a name, or leave it out.".to_owned())),
            text::longer_than(MAX, &name),
        ];
        text::unless_broken(broken, || Self(name))
    }
}
