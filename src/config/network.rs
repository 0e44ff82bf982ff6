//! Networks as operators write them, in the one form that the address of a client can match.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The number of bits of an IPv6 address before an IPv4 address that is mapped into it.
const MAPPED: u8 = 96;

/// A network, or an address as a network with one address. A network of IPv4-mapped IPv6 addresses is the IPv4 network:
/// requests are compared by their IPv4 address.
pub(super) fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    let bare = |address: &str| address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::to_owned);
    let (address, prefix) = text.split_once('/').unwrap_or((text, ""));
    let address: IpAddr = bare(address).as_deref().unwrap_or(address).parse().ok()?;
    let full = if address.is_ipv4() { 32 } else { 128 };
    let prefix = if text.contains('/') { prefix.parse::<u8>().ok().filter(|prefix| *prefix <= full)? } else { full };
    // No connection comes from the unspecified address; `0.0.0.0/0` is the network of all addresses.
    if address.is_unspecified() && prefix == full {
        return None;
    }
    match address {
        IpAddr::V4(address) => Some(Ipv4Net::new(address, prefix).ok()?.into()),
        IpAddr::V6(address) => match (address.to_ipv4_mapped(), prefix.checked_sub(MAPPED)) {
            (Some(address), Some(prefix)) => Some(Ipv4Net::new(address, prefix).ok()?.into()),
            // Larger than all of IPv4.
            (Some(_), None) => None,
            (None, _) => Some(Ipv6Net::new(address, prefix).ok()?.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
