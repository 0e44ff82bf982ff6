//! Where a request came from, as far as the house needs to know.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv6Net};

/// The longest device name that is kept, in characters.
const MAX_USER_AGENT: usize = 256;

/// The longest list of languages that is read, in bytes.
const MAX_LANGUAGES: usize = 256;

/// The address and the device that a request came from, and the languages that its user reads.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address of the other end.
    pub address: Option<IpAddr>,
    user_agent: Option<String>,
    languages: Option<String>,
}

impl Origin {
    /// Keeps what can be shown of a device's name for itself: no control characters, at most 256 characters.
    #[must_use]
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>, languages: Option<&str>) -> Self {
        let user_agent = user_agent
            .map(|name| name.chars().filter(|c| !c.is_control()).take(MAX_USER_AGENT).collect::<String>())
            .filter(|name| !name.is_empty());
        let languages = languages.filter(|list| list.len() <= MAX_LANGUAGES).map(str::to_owned);
        Self { address, user_agent, languages }
    }

    /// Whoever may be one and the same behind this address.
    #[must_use]
    pub fn network(&self) -> Option<IpNet> {
        self.address.map(network)
    }

    /// What the device called itself.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The languages that whoever sent the request reads, as RFC 9110 §12.5.4 writes such a list.
    #[must_use]
    pub fn languages(&self) -> Option<&str> {
        self.languages.as_deref()
    }
}

/// An IPv4 address alone, or the 64 bits of an IPv6 address that its customer has to themselves (RFC 6177).
pub(super) fn network(address: IpAddr) -> IpNet {
    match IpNet::from(address) {
        IpNet::V6(net) => IpNet::V6(Ipv6Net::new_assert(net.addr(), 64).trunc()),
        alone @ IpNet::V4(_) => alone,
    }
}
