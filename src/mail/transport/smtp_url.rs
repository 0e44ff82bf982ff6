//! The address of a mail server, known to make sense, and how safely it is spoken to.

use std::{fmt, str::FromStr};

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::mail::compose::public_url::is_loopback;

/// `smtp://` or `smtps://`, a host, and perhaps a user, a password and a port. `Debug` and `Display` show the place and no
/// more.
#[derive(Clone)]
pub struct SmtpUrl {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) login: Option<Credentials>,
}

/// When a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    /// From the start.
    Implicit,
    /// Before anything is said that matters, or nothing is.
    Required,
    /// If the server offers it: it is this machine.
    Opportunistic,
    /// Not at all, as the operator wants it.
    Disabled,
}

/// Why this is no address of a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtpUrl {
    /// It is something else.
    #[error(
        "must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start; percent-encode what is special"
    )]
    Syntax,
    /// There is something behind it that we do not know.
    #[error("may end with ?tls=none behind smtp://, and with nothing else")]
    UnknownOption,
    /// There is a user without a password, or the reverse.
    #[error("needs a user and a password, or neither")]
    IncompleteLogin,
    /// The password could be read on its way.
    #[error("has a password, which needs TLS: leave ?tls=none out")]
    UnencryptedPassword,
}

impl FromStr for SmtpUrl {
    type Err = InvalidSmtpUrl;

    fn from_str(text: &str) -> Result<Self, InvalidSmtpUrl> {
        let url = Url::parse(text).map_err(|_| InvalidSmtpUrl::Syntax)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(InvalidSmtpUrl::Syntax)?;
        let host = Host::parse(host).map_err(|_| InvalidSmtpUrl::Syntax)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(InvalidSmtpUrl::Syntax);
        }

        let is_here = is_loopback(&host);
        let (tls, usual_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Tls::Implicit, 465),
            ("smtp", None) if is_here => (Tls::Opportunistic, 587),
            ("smtp", None) => (Tls::Required, 587),
            ("smtp", Some("tls=none")) => (Tls::Disabled, 587),
            ("smtp" | "smtps", Some(_)) => return Err(InvalidSmtpUrl::UnknownOption),
            _ => return Err(InvalidSmtpUrl::Syntax),
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some(Credentials::new(decoded(user)?, decoded(password)?)),
            _ => return Err(InvalidSmtpUrl::IncompleteLogin),
        };
        if login.is_some() && tls == Tls::Disabled && !is_here {
            return Err(InvalidSmtpUrl::UnencryptedPassword);
        }
        Ok(Self { host, port: url.port().unwrap_or(usual_port), tls, login })
    }
}

fn decoded(text: &str) -> Result<String, InvalidSmtpUrl> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| InvalidSmtpUrl::Syntax)?;
    // AUTH PLAIN has zeros between its parts (RFC 4616 §2).
    if text.contains('\0') { Err(InvalidSmtpUrl::Syntax) } else { Ok(text.into_owned()) }
}

impl SmtpUrl {
    /// The host as a certificate names it.
    pub(super) fn name(&self) -> String {
        match &self.host {
            Host::Domain(name) => name.clone(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        }
    }
}

impl fmt::Display for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tls = match self.tls {
            Tls::Implicit => "with TLS",
            Tls::Required => "with STARTTLS",
            Tls::Opportunistic => "with STARTTLS if it is offered",
            Tls::Disabled => "without TLS",
        };
        write!(f, "{}:{} {tls}", self.host, self.port)
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_shown_and_no_password() {
        for (text, shown) in [
            ("smtp://mail.example.com", "mail.example.com:587 with STARTTLS"),
            ("smtp://ada:hunter2@mail.example.com:2525", "mail.example.com:2525 with STARTTLS"),
            ("smtps://ada:hunter2@mail.example.com/", "mail.example.com:465 with TLS"),
            ("smtps://[2001:db8::1]", "[2001:db8::1]:465 with TLS"),
            ("smtp://relay.internal:25?tls=none", "relay.internal:25 without TLS"),
            ("smtp://ada:hunter2@127.0.0.1:1025", "127.0.0.1:1025 with STARTTLS if it is offered"),
            ("smtp://localhost:1025", "localhost:1025 with STARTTLS if it is offered"),
            ("smtp://ada:hunter2@[::1]:1025?tls=none", "[::1]:1025 without TLS"),
        ] {
            let url: SmtpUrl = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("hunter2"));
        }
    }

    #[test]
    fn what_would_not_be_safe_or_makes_no_sense_is_refused() {
        for (text, why) in [
            ("", InvalidSmtpUrl::Syntax),
            ("mail.example.com:587", InvalidSmtpUrl::Syntax),
            ("smtp://", InvalidSmtpUrl::Syntax),
            ("https://mail.example.com", InvalidSmtpUrl::Syntax),
            ("smtp://mail.example.com/inbox", InvalidSmtpUrl::Syntax),
            ("smtp://mail.example.com?tls=maybe", InvalidSmtpUrl::UnknownOption),
            ("smtps://mail.example.com?tls=none", InvalidSmtpUrl::UnknownOption),
            ("smtp://ada@mail.example.com", InvalidSmtpUrl::IncompleteLogin),
            ("smtp://:hunter2@mail.example.com", InvalidSmtpUrl::IncompleteLogin),
            ("smtp://ada:hunter2@relay.internal?tls=none", InvalidSmtpUrl::UnencryptedPassword),
            ("smtp://ada:hunter%00@mail.example.com", InvalidSmtpUrl::Syntax),
        ] {
            assert_eq!(text.parse::<SmtpUrl>().unwrap_err(), why, "{text}");
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let url: SmtpUrl = "smtps://ada%40example.com:p%40ss%3Aword%25@mail.example.com".parse().unwrap();
        let expected = Credentials::new("ada@example.com".to_owned(), "p@ss:word%".to_owned());
        assert!(url.login == Some(expected));
    }
}
