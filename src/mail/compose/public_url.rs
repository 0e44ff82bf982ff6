//! The address of the web application, and the links in mails that lead to it.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

/// Every character except the unreserved ones (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of a web application, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// The text is not a valid base for links in mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a URL such as https://app.example.com, with https except for localhost, and without ? and #")]
pub struct InvalidPublicUrl;

impl PublicUrl {
    /// The domain of the application; `None` if it has none.
    pub(in crate::mail) fn domain(&self) -> Option<&str> {
        let host = self.0.split("//").nth(1)?.split(['/', ':']).next()?;
        host.contains(|c: char| c.is_ascii_alphabetic()).then_some(host)
    }

    /// Returns the link to a page. The token is in the fragment, which browsers do not send: it does not get into the
    /// log of a server, and a mail scanner that opens the link does not use it up.
    pub(super) fn link(&self, page: &str, token: Option<&SecretString>) -> String {
        match token {
            Some(token) => {
                let token = utf8_percent_encode(token.expose_secret(), RESERVED);
                format!("{self}{page}#token={token}")
            }
            None => format!("{self}{page}"),
        }
    }
}

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, InvalidPublicUrl> {
        let url = Url::parse(text).map_err(|_| InvalidPublicUrl)?;
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => url.host().is_some_and(|host| is_loopback(&host)),
            _ => false,
        };
        let is_bare = url.username().is_empty() && url.password().is_none() && !text.contains(['?', '#']);
        let text = url.as_str().trim_end_matches('/');
        // Links are inserted into HTML without escaping.
        let needs_no_escape = |c: char| c.is_ascii_alphanumeric() || "-._~:/%[]".contains(c);
        let is_valid = is_safe && is_bare && text.chars().all(needs_no_escape);
        is_valid.then(|| Self(text.to_owned())).ok_or(InvalidPublicUrl)
    }
}

/// Whether the host is this machine, to which connections need no encryption.
pub(in crate::mail) fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_has_https_unless_it_is_loopback() {
        for (text, shown) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://example.com:8443/account/", "https://example.com:8443/account"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
        ] {
            assert_eq!(text.parse::<PublicUrl>().map(|url| url.to_string()).as_deref(), Ok(shown));
        }
        for text in [
            "",
            "app.example.com",
            "http://app.example.com",
            "http://localhost.example.com",
            "ftp://localhost",
            "https://ada:hunter2@example.com",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "https://example.com/'onclick=",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{text:?}");
        }
    }

    #[test]
    fn a_token_is_in_the_fragment_and_percent_encoded() {
        let url: PublicUrl = "https://example.com/account".parse().unwrap();
        let token = SecretString::from("a-b_c.d~e");
        assert_eq!(url.link("/x", Some(&token)), "https://example.com/account/x#token=a-b_c.d~e");
        let token = SecretString::from("\"><script>");
        assert_eq!(url.link("/x", Some(&token)), "https://example.com/account/x#token=%22%3E%3Cscript%3E");
        assert_eq!(url.link("/x", None), "https://example.com/account/x");
    }
}
