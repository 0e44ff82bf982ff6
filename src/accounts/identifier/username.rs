//! The canonical form of a username.

use unicode_normalization::is_nfkc;

use crate::accounts::validation::{
    form::{Broken, Rule},
    text,
};

/// The shortest username, in characters.
const MIN: usize = 3;

/// The longest username, in characters.
const MAX: usize = 32;

/// A username. Contains no `@`, so it is never an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Username {
    /// As the user wrote it.
    pub(in crate::accounts) written: String,
    /// The same for every spelling in case and composition; unique, and used for lookups.
    pub(in crate::accounts) canonical: String,
}

impl Username {
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let written = text::tidy(input);
        let canonical = text::canonical(&written);

        let broken = [
            (written.chars().count() < MIN).then(|| (Rule::TooShort, format!("Use at least {MIN} characters."))),
            text::longer_than(MAX, &written),
            (!written.chars().all(may_stand) || !is_nfkc(&written))
                .then(|| (Rule::Characters, "Use letters, digits, and . _ - between them.".to_owned())),
            (written.starts_with(is_mark) || written.ends_with(is_mark))
                .then(|| (Rule::Format, "Begin and end with a letter or a digit.".to_owned())),
        ];
        text::unless_broken(broken, || Self { written, canonical })
    }
}

fn may_stand(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

fn is_mark(c: char) -> bool {
    matches!(c, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_canonical_form() {
        assert_eq!(Username::parse("Zoë.B").unwrap().canonical, Username::parse(" zoe\u{308}.b").unwrap().canonical);
    }

    #[test]
    fn names_that_pretend_are_refused() {
        // An address, a full-width letter, a ligature, an invisible letter, a newline, marks at the ends.
        for text in ["ada@x", "\u{ff41}da", "\u{fb01}nn", "a\u{200b}da", "ad\na", ".ada", "ada-", "ad", "", "ada\0"] {
            assert!(Username::parse(text).is_err(), "{text:?}");
        }
    }
}
