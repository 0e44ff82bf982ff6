//! The validated address of a mail server, and when its connection is encrypted.

use std::{fmt, str::FromStr};

use lettre::transport::smtp::authentication::Credentials;
use percent_encoding::percent_decode_str;
use url::{Host, Url};

use crate::mail::compose::public_url::is_loopback;

/// The address of a mail server: `smtp://` or `smtps://`, a host, and optionally a port, a user and a password. `Debug`
/// and `Display` show neither user nor password.
#[derive(Clone)]
pub struct SmtpUrl {
    pub(super) host: Host,
    pub(super) port: u16,
    pub(super) tls: Tls,
    pub(super) login: Option<Credentials>,
}

/// Whether a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tls {
    /// TLS from the start (RFC 8314 §3.3).
    Implicit,
    /// STARTTLS, without which nothing is sent.
    Required,
    /// STARTTLS if the server, which is this machine, offers it.
    Opportunistic,
    /// No TLS, because the operator disabled it.
    Disabled,
}

/// Why a text is not a valid address of a mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSmtpUrl {
    /// The text is not such a URL.
    #[error(
        "must be smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the start; percent-encode special characters"
    )]
    Syntax,
    /// The URL has an unknown option.
    #[error("may have only the option ?tls=none, and only with smtp://")]
    UnknownOption,
    /// There is a user without a password, or a password without a user.
    #[error("needs a user and a password, or neither")]
    IncompleteLogin,
    /// The password would be sent without encryption.
    #[error("has a password, which needs TLS: remove ?tls=none")]
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

        let is_local = is_loopback(&host);
        let (tls, default_port) = match (url.scheme(), url.query()) {
            ("smtps", None) => (Tls::Implicit, 465),
            ("smtp", None) if is_local => (Tls::Opportunistic, 587),
            ("smtp", None) => (Tls::Required, 587),
            ("smtp", Some("tls=none")) => (Tls::Disabled, 587),
            ("smtp" | "smtps", Some(_)) => return Err(InvalidSmtpUrl::UnknownOption),
            _ => return Err(InvalidSmtpUrl::Syntax),
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some(Credentials::new(decode(user)?, decode(password)?)),
            _ => return Err(InvalidSmtpUrl::IncompleteLogin),
        };
        if login.is_some() && tls == Tls::Disabled && !is_local {
            return Err(InvalidSmtpUrl::UnencryptedPassword);
        }
        Ok(Self { host, port: url.port().unwrap_or(default_port), tls, login })
    }
}

fn decode(text: &str) -> Result<String, InvalidSmtpUrl> {
    let text = percent_decode_str(text).decode_utf8().map_err(|_| InvalidSmtpUrl::Syntax)?;
    // AUTH PLAIN separates its parts with NUL (RFC 4616 §2).
    if text.contains('\0') { Err(InvalidSmtpUrl::Syntax) } else { Ok(text.into_owned()) }
}

impl SmtpUrl {
    /// The host, in the form of a certificate.
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
    fn the_host_is_shown_and_no_password() {
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
    fn an_invalid_or_unsafe_url_is_an_error() {
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
