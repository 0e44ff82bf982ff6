//! The sender of every mail, whose name is also the name of the service.

use std::{fmt, str::FromStr};

use lettre::{Address, message::Mailbox};

use crate::mail::address::address;

/// An address with a name: `Example <accounts@example.com>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    name: Option<String>,
    address: Address,
}

/// The text is not a valid sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an address, with or without a name, such as Example <accounts@example.com>")]
pub struct InvalidSender;

impl Sender {
    /// The name of the service: the name of the sender, or the domain of the address.
    #[must_use]
    pub fn service(&self) -> &str {
        self.name.as_deref().unwrap_or_else(|| self.address.domain())
    }

    pub(super) fn address(&self) -> &Address {
        &self.address
    }

    pub(super) fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.name.clone(), self.address.clone())
    }
}

impl FromStr for Sender {
    type Err = InvalidSender;

    fn from_str(text: &str) -> Result<Self, InvalidSender> {
        let (name, email) = match text.trim().strip_suffix('>') {
            Some(text) => text.rsplit_once('<').ok_or(InvalidSender)?,
            None => ("", text.trim()),
        };
        let name = name.trim().trim_matches('"');
        if name.chars().any(char::is_control) {
            return Err(InvalidSender);
        }
        let address = address(email).map_err(|_| InvalidSender)?;
        Ok(Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => self.address.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_an_optional_name() {
        for (text, service, shown) in [
            ("accounts@example.com", "example.com", "accounts@example.com"),
            ("Example <accounts@example.com>", "Example", "Example <accounts@example.com>"),
            (" \"Bücher & Söhne\" <a@bücher.example> ", "Bücher & Söhne", "Bücher & Söhne <a@xn--bcher-kva.example>"),
            ("Latchkey <latchkey@localhost>", "Latchkey", "Latchkey <latchkey@localhost>"),
        ] {
            let sender: Sender = text.parse().unwrap();
            assert_eq!((sender.service(), &*sender.to_string()), (service, shown));
        }
        for text in ["", "Example", "Example <>", "Example accounts@example.com>", "Exa\nmple <a@example.com>"] {
            assert_eq!(text.parse::<Sender>(), Err(InvalidSender), "{text:?}");
        }
    }
}
