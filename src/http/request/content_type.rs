//! Whether a request body is JSON: `Content-Type`, as RFC 9110 §8.3.1 reads it.

use axum::http::{HeaderMap, HeaderValue, header};

use super::accept::outside_quotes;

/// Names of UTF-8, and of ASCII, which is a part of it. Some clients write no other.
const READABLE: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

/// Whether the body is `application/json`, in an encoding that can be read as UTF-8. Any other type could be sent by a page
/// of any origin without the browser asking this server first.
pub(in crate::http) fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(text)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else { return false };
    let mut parts = outside_quotes(text, ';').map(str::trim);
    parts.next().is_some_and(|kind| kind.eq_ignore_ascii_case("application/json")) && parts.all(is_readable)
}

/// Whether a parameter leaves the body readable: a charset does if it is UTF-8, all others do.
fn is_readable(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return true };
    let charset = value.trim().trim_matches(['"', '\'']).trim();
    !name.trim().eq_ignore_ascii_case("charset") || READABLE.iter().any(|name| charset.eq_ignore_ascii_case(name))
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
    fn json_is_read_in_every_spelling_of_utf_8() {
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
