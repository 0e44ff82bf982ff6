//! Checks that the body of a request is JSON, by its `Content-Type` (RFC 9110 §8.3.1).

use axum::http::{HeaderMap, HeaderValue, header};

use super::quoted::split_outside_quotes;

/// The charsets that can be decoded as UTF-8: its own names, and those of ASCII, which some clients send.
const UTF_8_CHARSETS: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

/// Whether the body is `application/json`, in an encoding that can be decoded as UTF-8.
///
/// Accepting no other type protects from cross-site request forgery: browsers send some other types from any page
/// without a CORS preflight.
pub(in crate::http) fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(text)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else { return false };
    let mut parts = split_outside_quotes(text, ';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) && parts.all(is_utf_8)
}

/// Whether a parameter allows decoding the body as UTF-8. Parameters other than `charset` always do.
fn is_utf_8(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return true };
    let charset = value.trim().trim_matches(['"', '\'']).trim();
    !name.trim().eq_ignore_ascii_case("charset") || UTF_8_CHARSETS.iter().any(|name| charset.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_json_as(content_type: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        is_json(&headers)
    }

    #[test]
    fn json_is_accepted_in_every_spelling_of_utf_8() {
        for json in [
            "application/json",
            "Application/JSON ; Charset = UTF-8",
            "application/json;charset=utf8",
            "application/json; charset=us-ascii",
            "application/json; charset=\"utf-8\"",
            "application/json; charset='utf-8'",
            "application/json;",
            "application/json; odata=\"a;charset=b\"; charset=utf-8",
        ] {
            assert!(is_json_as(json), "{json}");
        }
        for other in [
            "",
            "json",
            "text/json",
            "text/plain",
            "application/jsonp",
            "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1",
            "application/json; charset=utf-8; charset=latin1",
            "application/json; charset=",
        ] {
            assert!(!is_json_as(other), "{other}");
        }
    }
}
