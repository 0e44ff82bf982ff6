//! An e-mail address in its one normal form.

use email_address::{EmailAddress, Options};

use super::{
    form::{Broken, Rule},
    text,
};

/// The longest address that mail can be sent to, in bytes (RFC 5321 §4.5.3.1.3, less its brackets).
const MAX_BYTES: usize = 254;

/// An address that mail could be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Email {
    /// As its owner wrote it.
    pub(super) written: String,
    /// The same for every spelling in case and composition.
    pub(super) canonical: String,
}

impl Email {
    pub(super) fn parse(input: &str) -> Result<Self, Vec<Broken>> {
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

/// `local@domain` with a dot in the domain; no quotes, no comments, no white space, no `[127.0.0.1]`.
fn is_address(text: &str) -> bool {
    let options = Options::default().without_display_text().without_domain_literal().with_required_tld();
    let plain = !text.contains(|c: char| c.is_whitespace() || c == '"' || c == '(');
    plain && EmailAddress::parse_with_options(text, options).is_ok()
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
        ] {
            let (one, other) = (Email::parse(one).unwrap(), Email::parse(other).unwrap());
            assert_eq!(one.canonical, other.canonical);
        }
    }

    #[test]
    fn what_no_mail_could_reach_is_refused() {
        for text in ["", "ada", "@example.com", "ada@", "ada@localhost", "a b@example.com", "\"a b\"@example.com"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        for text in ["ada@example.com\0", "a\u{7}da@example.com", "ada@[127.0.0.1]", "Ada <ada@example.com>"] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
    }
}
