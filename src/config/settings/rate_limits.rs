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
        /// requests for mail. An IPv6 address counts by its first 64 bits. An IPv6 /56 can make 2 times as many, an IPv6
        /// /48 4 times, an IPv4 /24 8 times, and each at most a quarter of `ATTEMPTS_OVERALL`. Devices with a device token
        /// are not counted.
        #[setting("ATTEMPTS_PER_ADDRESS", default = "100", number(1..=1_000_000))]
        pub per_network: u32,

        /// The same limit for all addresses together; of requests for mail, only those whose mail is sent count. Never
        /// refuses the first attempt of an address that made none in the last five minutes. Devices with a device token
        /// are not counted.
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
