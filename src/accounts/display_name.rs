//! What others may call a person.

use super::{
    form::{Broken, Rule},
    text,
};

/// How many characters a display name may have.
const MAX: usize = 100;

/// Any line of text that is not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DisplayName(pub(super) String);

impl DisplayName {
    pub(super) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let name = text::tidy(input);
        let broken = [
            name.is_empty().then(|| (Rule::TooShort, "Write a name, or leave it out.".to_owned())),
            text::longer_than(MAX, &name),
            text::control_characters(&name),
        ];
        text::unless_broken(broken, || Self(name))
    }
}
