//! Texts that users type: their normal form, and the characters that they may contain.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::form::{Broken, Rule};

/// The composed form (NFC) without white space around it.
pub(in crate::accounts) fn tidy(text: &str) -> String {
    compose(text.trim())
}

/// The composed form (NFC).
pub(in crate::accounts) fn compose(text: &str) -> String {
    if is_nfc(text) { text.to_owned() } else { text.nfc().collect() }
}

/// The form in which two spellings of one name are equal: composed, in lower case. Computed here, because databases
/// differ beyond ASCII.
pub(in crate::accounts) fn canonical(text: &str) -> String {
    compose(&text.to_lowercase())
}

/// Control characters, which a line of text cannot contain, U+0000, which PostgreSQL cannot store, and deceptive
/// characters.
pub(in crate::accounts) fn control_characters(text: &str) -> Option<Broken> {
    let wrong = text.contains(|c: char| c.is_control() || is_deceptive(c));
    wrong.then(|| (Rule::Characters, "Remove the characters that cannot be seen.".to_owned()))
}

/// Characters that are invisible or change the direction of the text around them: two names that look alike must not be
/// different names.
pub(in crate::accounts) fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{e000}'..='\u{f8ff}')
}

/// The rule for texts that are too long.
pub(in crate::accounts) fn longer_than(max: usize, text: &str) -> Option<Broken> {
    (text.chars().count() > max).then(|| (Rule::TooLong, format!("Use at most {max} characters.")))
}

/// The value, if no rule is broken.
pub(in crate::accounts) fn unless_broken<T>(
    broken: impl IntoIterator<Item = Option<Broken>>,
    value: impl FnOnce() -> T,
) -> Result<T, Vec<Broken>> {
    let broken: Vec<Broken> = broken.into_iter().flatten().collect();
    if broken.is_empty() { Ok(value()) } else { Err(broken) }
}
