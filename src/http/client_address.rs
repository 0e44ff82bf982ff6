//! Which address a request came from, where proxies that the operator trusts stand in between.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The other end of the connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

/// The nearest address that no trusted proxy has. Each proxy adds the one that it was called from at the end of
/// `X-Forwarded-For`; what stands further left than the last trusted hop anybody may have written.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    let values = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).map(str::trim).collect();

    let mut address = peer.to_canonical();
    for hop in hops.into_iter().rev() {
        match address_of(hop) {
            Some(next) if is_trusted(address) => address = next.to_canonical(),
            Some(_) | None => break,
        }
    }
    address
}

/// The address of a hop; some proxies write the port, too.
fn address_of(hop: &str) -> Option<IpAddr> {
    hop.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
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
    fn only_what_trusted_proxies_wrote_is_believed() {
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
        assert_eq!(seen("10.1.1.1", &["[2001:db8::7]:4711, 10.2.2.2:80"], trusted), "2001:db8::7");
    }
}
