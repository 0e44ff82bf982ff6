//! Security headers of responses: they restrict what browsers do with a response (OWASP REST Security and HTTP Headers
//! cheat sheets).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// Two years, for this host only and not for its subdomains.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// The headers of every response except to a CORS preflight, which no page reads. Nearly all responses are data, so
/// pages, resources and frames are forbidden.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds the headers that a response does not have yet. `Strict-Transport-Security` is added if clients must use HTTPS.
pub(in crate::http) fn add_security_headers(headers: &mut HeaderMap, https_only: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https_only {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
