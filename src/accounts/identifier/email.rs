//! The canonical form of an e-mail address.

use crate::accounts::validation::{
    form::{Broken, Rule},
    text,
};

/// The longest address that mail can be sent to, in bytes (RFC 5321 §4.5.3.1.3, less its brackets).
const MAX_BYTES: usize = 254;

/// The longest part before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An e-mail address that mail can be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::accounts) struct Email {
    /// As the user wrote it.
    pub(in crate::accounts) written: String,
    /// The same for every spelling in case and composition; unique, and used for lookups.
    pub(in crate::accounts) canonical: String,
}

impl Email {
    pub(in crate::accounts) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
        let written = text::tidy(input);
        let canonical = text::canonical(&written);
        let too_long = written.len().max(canonical.len()) > MAX_BYTES;

        let broken = [
            text::control_characters(&written),
            too_long.then(|| (Rule::TooLong, format!("Use an e-mail address of at most {MAX_BYTES} bytes."))),
            (!too_long && !is_address(&written))
                .then(|| (Rule::Format, "Write an e-mail address, such as ada@example.com.".to_owned())),
        ];
        text::unless_broken(broken, || Self { written, canonical })
    }
}

/// `local@domain`: a dot-string and a domain of at least two labels (RFC 5321 §4.1.2), with letters of all scripts (RFC
/// 6531 §3.3). No quotes, comments or address literals, which people do not have.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let atoms_are_right = local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(may_stand_in_atom));
    let labels_are_right = domain.split('.').all(is_label);
    atoms_are_right && local.len() <= MAX_LOCAL_BYTES && labels_are_right && domain.contains('.')
}

/// `atext` of RFC 5322 §3.2.3, and everything beyond ASCII that is no white space.
fn may_stand_in_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || (!c.is_ascii() && !c.is_whitespace())
}

fn is_label(label: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && !c.is_whitespace());
    (1..=63).contains(&label.len()) && label.chars().all(may_stand) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_has_one_canonical_form() {
        for (one, other) in [
            ("Ada@Example.com", "  ada@example.COM "),
            ("caf\u{e9}@example.com", "CAFE\u{301}@example.com"),
            ("\u{212a}elvin@example.com", "kelvin@example.com"),
            // In lower case it can be composed, in upper case it cannot.
            ("J\u{30c}@example.com", "\u{1f0}@example.com"),
        ] {
            let (one, other) = (Email::parse(one).unwrap(), Email::parse(other).unwrap());
            assert_eq!(one.canonical, other.canonical);
        }
    }

    #[test]
    fn what_no_mail_could_reach_is_refused() {
        for text in [
            "",
            "@",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@example.",
            "ada@.com",
            "ada@-a.com",
            "a@b@c.com",
            "a b@example.com",
            "\"a b\"@example.com",
            ".ada@example.com",
            "a..da@example.com",
            "ada.@example.com",
            "ada@[127.0.0.1]",
            "Ada <ada@example.com>",
            "ada@example.com\0",
            "a\u{7}da@example.com",
            "ada@exa\u{a0}mple.com",
            "a\u{200b}da@example.com",
            "ada\u{202e}@example.com",
            "a\u{ad}da@example.com",
            "\u{feff}ada@example.com",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        for text in ["a@b.co", "ada+latchkey@example.com", "o'hara@example.co.uk", "आदा@उदाहरण.भारत", "1@1.example"]
        {
            assert!(Email::parse(text).is_ok(), "{text:?}");
        }
    }
}
