//! Common passwords, alone or extended to the required length.
//!
//! `common_passwords.txt` holds those seen most often in leaks, in lower case and sorted: of the ranked list in
//! `@zxcvbn-ts/language-common` 4.1.3, the first 15,000 of four characters or more, and all of twelve or more. That
//! list is copyright (c) 2012-2016 Dan Wheeler and Dropbox, Inc., (c) 2021 @zxcvbn-ts, and under the MIT License.

use std::{collections::HashSet, sync::LazyLock};

static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Whether a password in lower case is common, is common with digits and signs appended (`dragon2026!`), or repeats one
/// (`dragondragon`, and whatever repeats fewer than four characters): people extend short passwords in these ways.
pub(in crate::accounts) fn is_common(password: &str) -> bool {
    let stem = password.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    [password, stem].into_iter().any(|text| {
        let unit = unit_of(text);
        COMMON.contains(text) || COMMON.contains(unit) || (unit.len() < text.len() && unit.chars().count() < 4)
    })
}

/// The shortest text that gives this one when it is repeated.
fn unit_of(text: &str) -> &str {
    let repeats = |unit: &&str| text.len().is_multiple_of(unit.len()) && text.replace(*unit, "").is_empty();
    let units = text.char_indices().skip(1).map(|(end, _)| &text[..end]);
    units.take_while(|unit| unit.len() <= text.len() / 2).find(repeats).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretched_passwords_are_as_common_as_short_ones() {
        assert!(COMMON.len() > 10_000);
        for password in [
            "password2026!",
            "qwertyqwerty",
            "123456123456",
            "1qaz2wsx3edc",
            "dragondragondragon",
            "letmein-------",
            "aaaaaaaaaaaa",
        ] {
            assert!(is_common(password), "{password}");
        }
        for password in ["correct horse battery", "dragonnogard", "x1x1x1x1x1x1yz", "tr0ub4dor&3 and more", "été"] {
            assert!(!is_common(password), "{password}");
        }
    }
}
