//! E-mail addresses that mail can be sent to.

use icu_properties::props::GeneralCategoryGroup;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use super::{
    case::{compose, fold},
    characters::{is_hidden, is_in},
};

/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, less its brackets).
const MAX_BYTES: usize = 254;

/// The longest part before the `@`, in bytes (RFC 5321 §4.5.3.1.1).
const MAX_LOCAL_BYTES: usize = 64;

/// An e-mail address: the part before the `@`, and the domain that its mail goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The part before the `@`, as it was written, composed (NFC).
    pub local: String,
    /// The domain in the ASCII form of the DNS (UTS 46, as IDNA 2008 needs it).
    pub domain: String,
}

impl Address {
    /// Parses `local@domain`: a dot-string (RFC 5321 §4.1.2) with letters of all scripts (RFC 6531 §3.3), and the name of
    /// a host. No quotes, comments, address literals or names that read as an IP address, which people do not have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = compose(text.trim());
        let (local, domain) = text.rsplit_once('@')?;
        let local_is_valid = local.len() <= MAX_LOCAL_BYTES && local.split('.').all(is_atom);
        let domain = domain_to_ascii(domain).filter(|_| local_is_valid)?;
        let address = Self { local: local.to_owned(), domain };
        (address.canonical().len().max(text.len()) <= MAX_BYTES).then_some(address)
    }

    /// The same text for every spelling of the address: the local part without its case, and the domain in ASCII.
    #[must_use]
    pub fn canonical(&self) -> String {
        format!("{}@{}", fold(&self.local), self.domain)
    }
}

fn is_atom(atom: &str) -> bool {
    !atom.is_empty() && atom.chars().all(may_stand_in_atom)
}

/// `atext` of RFC 5322 §3.2.3, and every visible character beyond ASCII that does not look like one that it forbids.
fn may_stand_in_atom(c: char) -> bool {
    let is_atext = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    if c.is_ascii() {
        return is_atext(c);
    }
    let forbidden = |c: char| c.is_ascii() && !is_atext(c);
    !is_hidden(c) && !is_in(c, GeneralCategoryGroup::Separator) && !c.nfkc().any(forbidden)
}

/// The ASCII form of a domain. `None` if mail cannot reach it: broken Punycode, unassigned letters, letters that no
/// registry accepts, or text that URLs and resolvers read as an IP address in any notation.
fn domain_to_ascii(domain: &str) -> Option<String> {
    let (strict, hyphens) = (AsciiDenyList::STD3, Hyphens::CheckFirstLast);
    let ascii = Uts46::new().to_ascii(domain.as_bytes(), strict, hyphens, DnsLength::Verify).ok()?;
    let last = ascii.rsplit('.').next()?;
    let is_decimal = last.bytes().all(|byte| byte.is_ascii_digit());
    let is_hexadecimal =
        last.strip_prefix("0x").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    (!is_decimal && !is_hexadecimal).then(|| ascii.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Address::parse(text).map(|address| address.canonical())
    }

    #[test]
    fn every_spelling_has_one_canonical_form() {
        for (one, other) in [
            ("Ada@Example.com", "  ada@example.COM "),
            ("caf\u{e9}@example.com", "CAFE\u{301}@example.com"),
            ("\u{212a}elvin@example.com", "kelvin@example.com"),
            // In lower case it can be composed, in upper case it cannot.
            ("J\u{30c}@example.com", "\u{1f0}@example.com"),
            ("νίκος.παππάς@example.com", "ΝΊΚΟΣ.ΠΑΠΠΆΣ@example.com"),
            ("IŞIK@example.com", "ışık@example.com"),
            ("ada@exämple.example", "ada@XN--EXMPLE-CUA.example"),
            ("mia@\u{ff45}xample.com", "mia@example.com"),
            ("mia@mail\u{ff0e}example\u{3002}com", "mia@mail.example.com"),
            ("mia@exa\u{ad}mple.com", "mia@example.com"),
        ] {
            assert!(canonical(one).is_some(), "{one:?}");
            assert_eq!(canonical(one), canonical(other), "{one:?} {other:?}");
        }
        // IDNA 2008 keeps these apart.
        assert_ne!(canonical("ada@straße.example"), canonical("ada@strasse.example"));
    }

    #[test]
    fn what_no_mail_could_reach_is_refused() {
        for text in [
            "",
            "@",
            "ada",
            "@example.com",
            "ada@",
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
            "ada\u{1160}@example.com",
            "ada\u{e000}@example.com",
            "ada\u{378}@example.com",
            "ada\u{ff20}b@example.com",
            "a@xn--a-ecp.example",
            "a@xn--.example",
            "a@b.123",
            "a@256.256.256.256",
            "a@127.0.0.1",
            "a@0x7f.1",
            "a@example.0x",
            "a@1.2.3.0xFf",
            "a@exa%6dple.com",
            "a@exa\u{378}mple.com",
            "a@exa_mple.com",
        ] {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
        for text in [
            "a@b.co",
            "ada+latchkey@example.com",
            "o'hara@example.co.uk",
            "आदा@उदाहरण.भारत",
            "1@1.example",
            "a@localhost",
        ] {
            assert!(Address::parse(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_bytes_in_both_forms() {
        let domain = format!("{}.{}.{}.example", "a".repeat(60), "b".repeat(60), "c".repeat(55));
        let fits = format!("{}@{domain}", "d".repeat(64));
        assert_eq!(fits.len(), 250);
        assert!(Address::parse(&fits).is_some());
        assert!(Address::parse(&format!("{}@{domain}", "d".repeat(65))).is_none());
        assert!(Address::parse(&format!("{}@{domain}.example", "d".repeat(64))).is_none());
    }

    #[test]
    fn a_canonical_form_is_its_own() {
        for c in super::super::characters::distinctive().filter(|c| !is_hidden(*c)) {
            let Some(form) = canonical(&format!("a{c}@b{c}c.example")) else { continue };
            assert_eq!(canonical(&form).as_ref(), Some(&form), "{c:?}");
        }
    }
}
