//! Validates an e-mail address and converts its domain to ASCII for SMTP.

use lettre::Address;

/// The text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a valid e-mail address")]
pub struct InvalidAddress;

/// Parses an address and converts its domain to the ASCII form of the DNS, so that only a non-ASCII local part needs a
/// server with SMTPUTF8 (RFC 6531). Accounts use the same parser, so mail can be sent to every address that they accept.
pub(super) fn address(text: &str) -> Result<Address, InvalidAddress> {
    let address = latchkey_names::Address::parse(text).ok_or(InvalidAddress)?;
    // Not checked again: lettre refuses some visible characters beyond ASCII, and accepts more of what is dangerous.
    Ok(Address::new_dangerous(address.local, address.domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_converted_to_its_ascii_form() {
        for (text, ascii) in [
            ("ada@example.com", "ada@example.com"),
            ("ada@localhost", "ada@localhost"),
            ("o'hara+x@Example.co.uk", "o'hara+x@example.co.uk"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("आदा@उदाहरण.भारत", "आदा@xn--p1b6ci4b4b3a.xn--h2brj9c"),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), Ok(ascii), "{text}");
        }
    }

    #[test]
    fn an_address_cannot_add_an_smtp_command() {
        for text in [
            "ada",
            "@example.com",
            "ada@",
            "a\r\nDATA@example.com",
            "\"a\r\nDATA\"@example.com",
            "\"a b\"@example.com",
            "a@b.c>\r\nDATA",
            "a b@example.com",
            "a@b c.d",
        ] {
            assert_eq!(address(text), Err(InvalidAddress), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_one_word_in_a_command() {
        for c in '\u{0}'..='\u{2fff}' {
            let parsed = [format!("a{c}b@example.com"), format!("a@b{c}c.example")].map(|text| address(&text));
            for address in parsed.into_iter().flatten() {
                let text = address.to_string();
                assert!(!text.contains(|c: char| c.is_control() || c.is_whitespace() || "<>\"(),:;[]\\".contains(c)));
            }
        }
    }
}
