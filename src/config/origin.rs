//! Web origins as operators write them, in the one form that the header of a request can match.

use url::{Host, Url};

/// The origin as browsers send it: in lower case, in ASCII, and without the default port of the scheme. `None` for a text
/// that cannot be the origin of a page.
///
/// Apps have origins with their own scheme, such as `capacitor://localhost`.
pub(super) fn origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let url = Url::parse(text).ok()?;
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    // A user, a path and so on are not part of an origin. The parser removes characters such as tabs, which are mistakes.
    let holds_more =
        host.trim_end_matches('/').contains(['@', '/', '\\', '?', '#', '*']) || text.contains(char::is_whitespace);
    if !is_bare || holds_more {
        return None;
    }
    match url.scheme() {
        "http" | "https" => Some(url.origin().ascii_serialization()),
        // No page is loaded from these, or its origin is `null`.
        "ws" | "wss" | "ftp" | "file" | "data" | "blob" | "about" | "javascript" => None,
        _ => {
            let host = url.host().filter(|host| *host != Host::Domain(""))?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}://{}{port}", scheme.to_ascii_lowercase(), host.to_string().to_ascii_lowercase()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_browsers_send_or_it_is_refused() {
        for (text, expected) in [
            ("https://app.example.com", "https://app.example.com"),
            ("https://app.example.com:443", "https://app.example.com"),
            ("http://app.example.com:80", "http://app.example.com"),
            ("http://app.example.com:443", "http://app.example.com:443"),
            ("https://app.example.com:0443", "https://app.example.com"),
            ("https://app.example.com:08443", "https://app.example.com:8443"),
            ("https://app.example.com:", "https://app.example.com"),
            ("https://app.example.com/", "https://app.example.com"),
            ("HTTPS://App.Example.com", "https://app.example.com"),
            ("https://b\u{fc}cher.example", "https://xn--bcher-kva.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://[::1]:80", "http://[::1]"),
            ("http://[0:0::1]:3000", "http://[::1]:3000"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("tauri://localhost", "tauri://localhost"),
            ("ionic://localhost:8100", "ionic://localhost:8100"),
            (
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
                "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
            ),
            ("Capacitor://LocalHost/", "capacitor://localhost"),
        ] {
            assert_eq!(origin(text).as_deref(), Some(expected), "{text}");
        }
        for refused in [
            "*",
            "null",
            "app.example.com",
            "localhost:3000",
            "https://",
            "https://*.example.com",
            "https://app.example.com/login",
            "https://app.example.com//",
            "https://app.example.com?x",
            "https://app.example.com#x",
            "https://ada@app.example.com",
            "https://@app.example.com",
            "https://app.example.com:99999",
            "https://app.example.com:port",
            "https://a b.example",
            "https:/app.example.com",
            "https:\\\\app.example.com",
            "capacitor://",
            "capacitor://localhost/app",
            "file:///",
            "file://localhost",
            "ws://app.example.com",
            "data:text/html,x",
        ] {
            assert_eq!(origin(refused), None, "{refused}");
        }
    }
}
