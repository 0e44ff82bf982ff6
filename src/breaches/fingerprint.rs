//! The SHA-1 hash of a password, which identifies it in lists of leaked passwords.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

/// The number of hexadecimal digits of a hash.
pub(super) const DIGITS: usize = 40;

/// The number of digits that are sent to a service. They fit hundreds of leaked passwords and countless others.
pub(super) const PREFIX_DIGITS: usize = 5;

/// A hash in upper-case hexadecimal digits. It is wiped from memory after use and never shown, because the password can be
/// found from it by trial and error.
pub(super) struct Fingerprint(Zeroizing<String>);

impl Fingerprint {
    pub(super) fn of(password: &SecretString) -> Self {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        for byte in digest(&SHA1_FOR_LEGACY_USE_ONLY, password.expose_secret().as_bytes()).as_ref() {
            // Writing to a String does not fail.
            let _ = write!(digits, "{byte:02X}");
        }
        Self(digits)
    }

    /// All digits.
    pub(super) fn digits(&self) -> &str {
        &self.0
    }

    /// The digits that are sent to a service, and the others.
    pub(super) fn prefix_and_suffix(&self) -> (&str, &str) {
        self.0.split_at(PREFIX_DIGITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_the_sha_1_of_fips_180() {
        let abc = Fingerprint::of(&"abc".into());
        assert_eq!(abc.digits(), "A9993E364706816ABA3E25717850C26C9CD0D89D");
        assert_eq!(abc.prefix_and_suffix(), ("A9993", "E364706816ABA3E25717850C26C9CD0D89D"));
    }
}
