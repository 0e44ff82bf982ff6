//! The settings of rate limits.

use crate::{
    config::{kind::number, settings_macro::settings},
    throttle::Limits,
};

settings! {
    /// How often clients can try to log in, register and request mail.
    #[group("Rate limits")]
    pub struct AttemptConfig {
        /// The number of failed logins that one address can make in five minutes; also the number of registrations, and of
        /// requests for mail. Users who have logged in from the same network before can make ten times as many failed
        /// logins. An IPv6 address counts by its first 64 bits.
        #[setting("ATTEMPTS_PER_ADDRESS", default = "100", number(1..=1_000_000))]
        pub per_network: u32,

        /// The same limit for all addresses together. Logins of users who have logged in from the same network before are
        /// not counted.
        #[setting("ATTEMPTS_OVERALL", default = "3000", number(1..=1_000_000))]
        pub overall: u32,
    }
}

impl AttemptConfig {
    /// The limits of the throttle.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits { per_network: self.per_network, overall: self.overall }
    }
}
