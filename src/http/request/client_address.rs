//! The address of the client that sent a request, also behind trusted proxies.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

use axum::http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address at the other end of the connection, which may be a proxy.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Peer(pub(in crate::http) IpAddr);

/// The address of the client: the last address in the chain of proxies that is not a trusted proxy.
///
/// Each proxy appends the address that it was called from to `X-Forwarded-For`. Only what trusted proxies appended is
/// believed; the client may have sent anything before that.
pub(in crate::http) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut address = peer.to_canonical();
    if headers.contains_key(FORWARDED_FOR) && !is_trusted(address, trusted) {
        warn_about_untrusted(address);
    }
    for value in headers.get_all(FORWARDED_FOR).iter().rev() {
        // The client's part of the header may not be UTF-8, which must not hide what a proxy appended.
        let hops = String::from_utf8_lossy(value.as_bytes());
        for hop in hops.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
            match address_of(hop) {
                Some(next) if is_trusted(address, trusted) => address = next.to_canonical(),
                Some(_) | None => return address,
            }
        }
    }
    address
}

/// Whether an address belongs to a trusted proxy.
pub(in crate::http) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// Parses one entry of `X-Forwarded-For`. Proxies also write ports, brackets around IPv6 addresses with or without a
/// port, zones of link-local addresses, and quotes as in `Forwarded` (RFC 7239 §6).
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim_matches('"').trim();
    if let Ok(address) = hop.parse() {
        return Some(address);
    }
    if let Some(rest) = hop.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let is_port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        return is_port.then(|| without_zone(address).parse().ok())?;
    }
    without_zone(hop).parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
}

fn without_zone(address: &str) -> &str {
    address.split_once('%').map_or(address, |(address, _)| address)
}

/// Warns about an untrusted proxy, once per process. Either a setting is missing, or a client sent the header itself. A
/// public address is not logged, since it may belong to a person.
fn warn_about_untrusted(peer: IpAddr) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        let is_private = match peer {
            IpAddr::V4(peer) => peer.is_private() || peer.is_loopback() || peer.is_link_local(),
            IpAddr::V6(peer) => peer.is_unique_local() || peer.is_loopback() || peer.is_unicast_link_local(),
        };
        let proxy = if is_private { peer.to_string() } else { "a public address".to_owned() };
        tracing::warn!(target: "latchkey::requests", proxy,
            "X-Forwarded-For is ignored: its sender is not in TRUSTED_PROXIES; all clients of a proxy share its limits"
        );
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &str) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.split_whitespace().map(|net| net.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_what_trusted_proxies_appended_is_believed() {
        let trusted = "10.0.0.0/8 ::1/128";
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], trusted), "203.0.113.9");
        assert_eq!(seen("10.1.1.1", &["198.51.100.1"], ""), "10.1.1.1");
        assert_eq!(seen("10.1.1.1", &["198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(seen("10.1.1.1", &["6.6.6.6, 198.51.100.1, 10.2.2.2"], trusted), "198.51.100.1");
        assert_eq!(seen("10.1.1.1", &["6.6.6.6", "198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(seen("::ffff:10.1.1.1", &["2001:db8::7"], trusted), "2001:db8::7");
        assert_eq!(seen("::1", &["10.3.3.3"], trusted), "10.3.3.3");
        assert_eq!(seen("10.1.1.1", &["198.51.100.1, nonsense"], trusted), "10.1.1.1");
        assert_eq!(seen("10.1.1.1", &["198.51.100.1:4711"], trusted), "198.51.100.1");
        assert_eq!(seen("10.1.1.1", &["\u{fc}, 198.51.100.1"], trusted), "198.51.100.1");
        assert_eq!(seen("10.1.1.1", &["[2001:db8::7]:4711, 10.2.2.2:80"], trusted), "2001:db8::7");
    }

    #[test]
    fn every_form_of_an_address_is_parsed() {
        for (hop, address) in [
            ("203.0.113.7", "203.0.113.7"),
            ("203.0.113.7:4711", "203.0.113.7"),
            ("\"203.0.113.7\"", "203.0.113.7"),
            ("\"203.0.113.7:4711\"", "203.0.113.7"),
            ("[203.0.113.7]", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("[::ffff:203.0.113.7]:4711", "203.0.113.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("2001:DB8:0:0::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("\"[2001:db8::7]\"", "2001:db8::7"),
            ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("\"2001:db8::7\"", "2001:db8::7"),
            ("fe80::7%eth0", "fe80::7"),
            ("[fe80::7%25eth0]:80", "fe80::7"),
            (" 203.0.113.7\t", "203.0.113.7"),
            ("203.0.113.7,", "203.0.113.7"),
            ("203.0.113.7, ,", "203.0.113.7"),
        ] {
            assert_eq!(seen("10.1.1.1", &[hop], "10.0.0.0/8"), address, "{hop}");
        }
        assert_eq!(seen("10.1.1.1", &["203.0.113.7", ""], "10.0.0.0/8"), "203.0.113.7");
        for unreadable in ["unknown", "_hidden", "203.0.113", "[2001:db8::7", "[2001:db8::7]x", "203.0.113.7:99999"] {
            assert_eq!(seen("10.1.1.1", &["203.0.113.7", unreadable], "10.0.0.0/8"), "10.1.1.1", "{unreadable}");
        }
    }
}
