//! An address as mail is sent to it.

use lettre::Address;
use url::Host;

/// No mail can be sent to this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is no address that mail can be sent to")]
pub struct InvalidAddress;

/// The address with its domain as the DNS has it, so that only an unusual part before the `@` needs a server that knows
/// SMTPUTF8 (RFC 6531).
pub(super) fn address(text: &str) -> Result<Address, InvalidAddress> {
    let (local, domain) = text.rsplit_once('@').ok_or(InvalidAddress)?;
    let domain = Host::parse(domain).map_err(|_| InvalidAddress)?.to_string();
    // Whoever could break a line could write another header, or another command.
    let is_plain = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    Address::new(local, domain).ok().filter(|_| is_plain).ok_or(InvalidAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_written_as_the_dns_has_it() {
        for (text, written) in [
            ("ada@example.com", "ada@example.com"),
            ("ada@localhost", "ada@localhost"),
            ("o'hara+x@Example.co.uk", "o'hara+x@example.co.uk"),
            ("ada@bücher.example", "ada@xn--bcher-kva.example"),
            ("आदा@उदाहरण.भारत", "आदा@xn--p1b6ci4b4b3a.xn--h2brj9c"),
        ] {
            assert_eq!(address(text).map(|address| address.to_string()).as_deref(), Ok(written), "{text}");
        }
    }

    #[test]
    fn nothing_else_gets_into_a_command() {
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
}
