//! Headers that keep browsers from doing more with an answer than reading it (OWASP REST Security and HTTP Headers
//! cheat sheets).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// For two years; of names below this one it says nothing.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=63072000");

/// What every answer says, but those to preflights, which no page reads. Most of them are data: no page, nothing to load, no frame.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Adds them. What a page of ours says itself stays; and that browsers shall come by HTTPS only is said where it is true.
pub(in crate::http) fn add_security_headers(headers: &mut HeaderMap, https_only: bool) {
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if https_only {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
    }
}
