//! The SHA-1 of a password, by which lists of leaked ones know it.

use std::fmt::Write;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

/// How many hexadecimal digits it has.
pub(super) const DIGITS: usize = 40;

/// How many of them a service gets to see. Many hundreds of leaked passwords share them, and countless others.
pub(super) const SHOWN: usize = 5;

/// In hexadecimal digits, in upper case. Wiped when it is not needed any more, and never shown: whoever has it finds the
/// password by trying.
pub(super) struct Fingerprint(Zeroizing<String>);

impl Fingerprint {
    pub(super) fn of(password: &SecretString) -> Self {
        let mut digits = Zeroizing::new(String::with_capacity(DIGITS));
        for byte in digest(&SHA1_FOR_LEGACY_USE_ONLY, password.expose_secret().as_bytes()).as_ref() {
            // A String takes everything.
            let _ = write!(digits, "{byte:02X}");
        }
        Self(digits)
    }

    /// All digits.
    pub(super) fn whole(&self) -> &str {
        &self.0
    }

    /// What a service gets to see, and the rest.
    pub(super) fn parts(&self) -> (&str, &str) {
        self.0.split_at(SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sha_1_of_fips_180() {
        let abc = Fingerprint::of(&"abc".into());
        assert_eq!(abc.whole(), "A9993E364706816ABA3E25717850C26C9CD0D89D");
        assert_eq!(abc.parts(), ("A9993", "E364706816ABA3E25717850C26C9CD0D89D"));
    }
}
