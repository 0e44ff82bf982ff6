//! A service that returns ranges of hashes, such as Have I Been Pwned's Pwned Passwords.
//!
//! It gets the first five digits of a hash and returns the other digits of all leaked passwords whose hashes begin with
//! them.

use std::{fmt, net::IpAddr};

use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, StatusCode, Uri, body::Bytes, header::USER_AGENT};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::crypto::ring;

use super::{
    entry::Entry,
    error::LookupError,
    fingerprint::{DIGITS, Fingerprint, PREFIX_DIGITS},
};

/// The longest answer that is read, in bytes: many times the usual length.
const MAX_ANSWER_BYTES: usize = 1 << 20;

/// The service at a URL. Connections are opened for the first lookup and kept for later ones.
#[derive(Clone, Debug)]
pub struct RangeService {
    url: String,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

/// The URL cannot be the URL of such a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a URL that ends with /, such as https://api.pwnedpasswords.com/range/ (http:// only to this machine), the path of a \
     file, or none"
)]
pub struct RangeUrlError;

impl RangeService {
    /// The service at this URL. The digits are appended to it.
    ///
    /// # Errors
    ///
    /// [`RangeUrlError`].
    pub(super) fn at(url: &str) -> Result<Self, RangeUrlError> {
        // rustls has no default provider here, because two are among the dependencies.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .expect("ring supports the TLS versions that rustls requires")
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        is_usable(url).then(|| Self { url: url.to_owned(), client }).ok_or(RangeUrlError)
    }

    /// Whether the service knows this password as leaked.
    pub(super) async fn contains(&self, wanted: &Fingerprint) -> Result<bool, LookupError> {
        let (prefix, suffix) = wanted.prefix_and_suffix();
        let request = Request::get(format!("{}{prefix}", self.url))
            .header(USER_AGENT, "latchkey")
            .header("add-padding", "true")
            .body(Empty::new())
            .expect("the URL was checked");

        let response = self.client.request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(LookupError::Status(response.status()));
        }
        let answer = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
        let answer = answer.map_err(LookupError::Body)?.to_bytes();
        find(&answer, suffix).ok_or(LookupError::Format)
    }
}

/// Whether a URL can be used: with HTTPS, or HTTP to this machine. It must not contain a user name or password, so that it
/// can be logged.
fn is_usable(url: &str) -> bool {
    let Ok(uri) = format!("{url}{}", "0".repeat(PREFIX_DIGITS)).parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_private = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_local);
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~%:[]/".contains(c);
    is_private && !host.is_empty() && url.ends_with('/') && url.chars().all(is_allowed)
}

/// Whether an answer contains the rest of a hash. `None` if the answer has another format.
fn find(answer: &[u8], suffix: &str) -> Option<bool> {
    let lines = answer.split_inclusive(|byte| *byte == b'\n');
    let entries: Vec<Entry> = lines.map(|line| Entry::parse(line, DIGITS - PREFIX_DIGITS)).collect::<Option<_>>()?;
    (!entries.is_empty()).then(|| entries.iter().any(|entry| entry.has_leaked && entry.has(suffix)))
}

impl fmt::Display for RangeService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_needs_https_unless_it_is_on_this_machine() {
        for url in [
            "https://api.pwnedpasswords.com/range/",
            "https://mirror.example.com:8443/",
            "http://127.0.0.1:8080/range/",
            "http://[::1]:8080/",
            "http://localhost/range/",
        ] {
            assert!(is_usable(url), "{url}");
        }
        for url in [
            "https://api.pwnedpasswords.com/range",
            "http://api.pwnedpasswords.com/range/",
            "http://127.0.0.1.example.com/",
            "http://10.0.0.1/",
            "https://ada:hunter2@mirror.example.com/",
            "https://mirror.example.com/?range=/",
            "https://mirror.example.com/#/",
            "https:///range/",
            "https://mirror.example.com/ /",
            "ftp://127.0.0.1/",
            "://",
        ] {
            assert!(!is_usable(url), "{url}");
        }
    }
}
