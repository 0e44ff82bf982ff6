//! The origin of a request: its address, its device and its languages.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv6Net};

/// The longest device name that is kept, in characters.
const MAX_USER_AGENT: usize = 256;

/// The longest list of languages that is read, in bytes.
const MAX_LANGUAGES: usize = 256;

/// The address and the device that a request came from, and the languages of its user.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The address of the client.
    pub address: Option<IpAddr>,
    user_agent: Option<String>,
    languages: Option<String>,
}

impl Origin {
    /// Sets the name of the device without characters that are not shown, and cut off after 256 characters.
    #[must_use]
    pub fn new(address: Option<IpAddr>, user_agent: Option<&str>, languages: Option<&str>) -> Self {
        let user_agent = user_agent
            .map(|name| name.chars().filter(|c| is_shown(*c)).take(MAX_USER_AGENT).collect::<String>())
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        let languages = languages.filter(|list| list.len() <= MAX_LANGUAGES).map(str::to_owned);
        Self { address, user_agent, languages }
    }

    /// The network of the address, which counts as one client.
    #[must_use]
    pub fn network(&self) -> Option<IpNet> {
        self.address.map(network)
    }

    /// The name of the device.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// The languages of the user, as a list of RFC 9110 §12.5.4.
    #[must_use]
    pub fn languages(&self) -> Option<&str> {
        self.languages.as_deref()
    }
}

/// Whether a character may be shown in the name of a device. Control characters, invisible characters and characters
/// that change the direction of the text may not: they can make one name look like another.
fn is_shown(c: char) -> bool {
    let is_invisible = matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !c.is_control() && !is_invisible
}

/// An IPv4 address, or the 64 bits of an IPv6 address that belong to one customer (RFC 6177).
pub(in crate::accounts) fn network(address: IpAddr) -> IpNet {
    match IpNet::from(address) {
        IpNet::V6(net) => IpNet::V6(Ipv6Net::new_assert(net.addr(), 64).trunc()),
        alone @ IpNet::V4(_) => alone,
    }
}
