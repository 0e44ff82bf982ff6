//! Checks that a request has exactly one valid `Host` header (RFC 9112 §3.2).

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, Version, header},
    response::Response,
};

use crate::{
    graphql::{Code, TopLevelError},
    http::{middleware::security_headers::add_security_headers, request::media_type::MediaType, response::respond},
};

/// The response to a request without exactly one valid host, or `None` if the request is valid. A proxy and a server
/// could read different hosts from such a request, which makes attacks on caches and routing possible.
pub(in crate::http) fn refusal(request: &Request<Body>) -> Option<Response> {
    if has_one_host(request.version(), request.headers()) {
        return None;
    }
    let error = TopLevelError::new(Code::BadUserInput, "Send exactly one Host header, with the name of this server.");
    let mut response = respond(StatusCode::BAD_REQUEST, error.to_json(), MediaType::Json);
    add_security_headers(response.headers_mut(), false);
    Some(response)
}

fn has_one_host(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_valid(host.as_bytes()),
        // HTTP/1.0 does not have this header.
        (None, _) => version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Whether a value is not empty and has only the characters that RFC 3986 §3.2.2 allows in a host and a port.
fn is_valid(host: &[u8]) -> bool {
    !host.is_empty() && host.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:[]%".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for valid in
            ["x", "accounts.example.com", "accounts.example.com:8000", "127.0.0.1:80", "[::1]:80", "my_service:8000"]
        {
            assert!(is_valid(valid.as_bytes()), "{valid}");
        }
        for invalid in ["", "a b", "a/b", "ada@example.com", "http://example.com", "\u{fc}.example"] {
            assert!(!is_valid(invalid.as_bytes()), "{invalid}");
        }
    }
}
