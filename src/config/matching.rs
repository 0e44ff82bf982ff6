//! Web origins and networks as operators write them, in the one form that a request can match.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// How many bits of an IPv6 address come before an IPv4 address that is mapped into it.
const MAPPED: u8 = 96;

/// The origin as browsers send it: in lower case, in ASCII, and without the port that is the scheme's own. `None` for
/// what no page can have as its origin.
///
/// Apps have origins with a scheme of their own, such as `capacitor://localhost`.
pub(super) fn origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let url = Url::parse(text).ok()?;
    let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    // A user, a path and so on are no part of an origin. What the parser leaves out, such as a tab, is not what was meant.
    let holds_more =
        host.trim_end_matches('/').contains(['@', '/', '\\', '?', '#', '*']) || text.contains(char::is_whitespace);
    if !is_bare || holds_more {
        return None;
    }
    match url.scheme() {
        "http" | "https" => Some(url.origin().ascii_serialization()),
        // No page comes from these, or all have the origin `null`.
        "ws" | "wss" | "ftp" | "file" | "data" | "blob" | "about" | "javascript" => None,
        _ => {
            let host = url.host().filter(|host| *host != Host::Domain(""))?;
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Some(format!("{}://{}{port}", scheme.to_ascii_lowercase(), host.to_string().to_ascii_lowercase()))
        }
    }
}

/// A network, or an address as a network of its own. An IPv4 network that is written as one of IPv4-mapped addresses is
/// the same as without: requests are compared by their IPv4 address.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let bare = |address: &str| address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::to_owned);
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = bare(address).as_deref().unwrap_or(address).parse().ok()?;
    let full = if address.is_ipv4() { 32 } else { 128 };
    let prefix = if text.contains('/') { prefix.parse::<u8>().ok().filter(|prefix| *prefix <= full)? } else { full };
    // No connection comes from the unspecified address; as a network, it is all of them.
    if address.is_unspecified() && prefix == full {
        return None;
    }
    match address {
        IpAddr::V4(address) => Some(Ipv4Net::new(address, prefix).ok()?.into()),
        IpAddr::V6(address) => match (address.to_ipv4_mapped(), prefix.checked_sub(MAPPED)) {
            (Some(address), Some(prefix)) => Some(Ipv4Net::new(address, prefix).ok()?.into()),
            // Larger than all of IPv4, and so of nothing in particular.
            (Some(_), None) => None,
            (None, _) => Some(Ipv6Net::new(address, prefix).ok()?.into()),
        },
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

    #[test]
    fn a_network_of_mapped_addresses_is_one_of_ipv4() {
        for (text, expected) in [
            ("127.0.0.1", "127.0.0.1/32"),
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::1", "::1/128"),
            ("[::1]", "::1/128"),
            ("[2001:db8::]/32", "2001:db8::/32"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::/0", "::/0"),
            ("::ffff:127.0.0.1", "127.0.0.1/32"),
            ("::ffff:7f00:1", "127.0.0.1/32"),
            ("[::ffff:127.0.0.1]", "127.0.0.1/32"),
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
        ] {
            assert_eq!(network(text).map(|net| net.to_string()).as_deref(), Some(expected), "{text}");
        }
        for refused in
            ["", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "::ffff:10.0.0.0/95", "0.0.0.0", "::", "127.0.0.1:80"]
        {
            assert_eq!(network(refused), None, "{refused}");
        }
    }
}
