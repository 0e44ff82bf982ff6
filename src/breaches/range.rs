//! A service that answers a range of hashes, as Have I Been Pwned's Pwned Passwords do: it gets the first five digits of
//! a hash, and gives the rest of every one that it knows to begin so.

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
    fingerprint::{DIGITS, Fingerprint, SHOWN},
};

/// How many bytes an answer may have: many times what they have.
const LONGEST_ANSWER: usize = 1 << 20;

/// The service at a URL. Connections are made when somebody asks, and kept for the next ones.
#[derive(Clone, Debug)]
pub struct RangeService {
    url: String,
    client: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
}

/// A URL that is not of such a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a URL that ends with /, such as https://api.pwnedpasswords.com/range/ (http:// to this machine alone), the path of a \
     file, or none"
)]
pub struct RangeUrlError;

impl RangeService {
    /// The service at this URL, to the end of which the digits are written.
    ///
    /// # Errors
    ///
    /// [`RangeUrlError`].
    pub(super) fn at(url: &str) -> Result<Self, RangeUrlError> {
        // The provider by name: there may be two in the tree, of which neither is the default.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .expect("ring knows the versions of TLS that rustls asks for")
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(connector);
        is_usable(url).then(|| Self { url: url.to_owned(), client }).ok_or(RangeUrlError)
    }

    /// Whether the service knows this password.
    pub(super) async fn contains(&self, wanted: &Fingerprint) -> Result<bool, LookupError> {
        let (shown, rest) = wanted.parts();
        let request = Request::get(format!("{}{shown}", self.url))
            .header(USER_AGENT, "latchkey")
            .header("add-padding", "true")
            .body(Empty::new())
            .expect("the URL was found usable");

        let response = self.client.request(request).await?;
        if response.status() != StatusCode::OK {
            return Err(LookupError::Refused(response.status()));
        }
        let answer = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await;
        let answer = answer.map_err(LookupError::BrokenOff)?.to_bytes();
        find(&answer, rest).ok_or(LookupError::NoList)
    }
}

/// Whether a service may be asked there: in secret, or without leaving this machine. There is nobody's name in it, so that
/// it may be shown.
fn is_usable(url: &str) -> bool {
    let Ok(uri) = format!("{url}{}", "0".repeat(SHOWN)).parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let is_private = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && is_here);
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "-._~%:[]/".contains(c);
    is_private && !host.is_empty() && url.ends_with('/') && url.chars().all(may_stand)
}

/// Whether the rest of a hash is in an answer; nothing if the answer is none.
fn find(answer: &[u8], rest: &str) -> Option<bool> {
    let lines = answer.split_inclusive(|byte| *byte == b'\n');
    let entries: Vec<Entry> = lines.map(|line| Entry::parse(line, DIGITS - SHOWN)).collect::<Option<_>>()?;
    (!entries.is_empty()).then(|| entries.iter().any(|entry| entry.counts && entry.has(rest)))
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
    fn a_service_is_asked_in_secret_or_on_this_machine() {
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
