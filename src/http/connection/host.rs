//! `Host`: a request names the server that it is for, exactly once (RFC 9112 §3.2).

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, Version, header},
    response::Response,
};

use crate::{
    graphql::{Code, TopLevelError},
    http::{middleware::security_headers::add_security_headers, request::accept::MediaType, response::respond},
};

/// The answer to a request that does not name one server. Proxies and servers that read different hosts out of such a
/// request would disagree on whom it is for.
pub(in crate::http) fn refusal(request: &Request<Body>) -> Option<Response> {
    if names_one(request.version(), request.headers()) {
        return None;
    }
    let error = TopLevelError::new(Code::BadUserInput, "Send one Host header with the name of this server.");
    let mut response = respond(StatusCode::BAD_REQUEST, error.to_json(), MediaType::Json);
    add_security_headers(response.headers_mut(), false);
    Some(response)
}

fn names_one(version: Version, headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_valid(host.as_bytes()),
        // HTTP/1.0 knows no such header.
        (None, _) => version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Whether it may be a host and a port: the characters that RFC 3986 §3.2.2 allows there, and at least one.
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
