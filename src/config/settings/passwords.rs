//! The settings of passwords.

use std::num::NonZeroUsize;

use crate::{
    breaches::BreachSource,
    config::{
        kind::{Kind, NONE, number, optional, parsed_by},
        settings_macro::{DefaultValue, settings},
    },
    secrets::MAX_LANES,
};

/// The most threads that hash passwords.
const MAX_THREADS: NonZeroUsize = NonZeroUsize::new(256).expect("not zero");

settings! {
    /// Which new passwords are accepted, and how passwords are hashed.
    #[group("Passwords")]
    pub struct PasswordConfig {
        /// The minimum length of a new password, in characters. NIST SP 800-63B-4 asks for 15.
        #[setting("PASSWORD_MIN_LENGTH", default = "12", number(8..=64))]
        pub min_length: usize,

        /// Where to look up whether a new password leaked from another service: a service such as
        /// `https://api.pwnedpasswords.com/range/`, which gets the first five digits of the SHA-1 hash of the password,
        /// or a file of all such hashes, sorted by hash.
        #[setting(
            "BREACHED_PASSWORDS",
            default = "none",
            optional(NONE, parsed_by("a URL that ends with `/`, the path of a file", BreachSource::open))
        )]
        pub breaches: Option<BreachSource>,

        /// The bcrypt cost of password hashes. Each step doubles the work.
        #[setting("BCRYPT_COST", default = "12", number(10..=15))]
        pub bcrypt_cost: u32,

        /// The number of threads that hash passwords.
        #[setting(
            "HASH_THREADS",
            default = DefaultValue::Described("one for each core"),
            number(NonZeroUsize::MIN..=MAX_THREADS).or(cores())
        )]
        pub hash_threads: NonZeroUsize,

        /// How many passwords each of these threads hashes at once. `measured` chooses the fastest number at start; 0 uses
        /// the bcrypt crate, one password after the other.
        #[setting("HASH_LANES", default = "measured", optional("measured", number(0..=MAX_LANES)))]
        pub hash_lanes: Option<usize>,
    }
}

fn cores() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
