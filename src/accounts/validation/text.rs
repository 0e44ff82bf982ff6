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

/// The text, unless there is only white space in it.
pub(in crate::accounts) fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
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
