//! Names for what has to be found again and must not be kept: a blind index.
//!
//! What people type into a login form may be an address, or by mistake a password. An HMAC of it finds the same again,
//! and whoever reads the database without the key cannot even guess.

use std::fmt;

use aws_lc_rs::hmac;

use super::signing_secret::SigningSecret;

/// What the key is made for.
const FOR_NAMES: &[u8] = b"latchkey blind index";

/// Makes the names.
pub struct KeyedHash(hmac::Key);

impl KeyedHash {
    /// Names under a key that is derived from this secret: the same for every instance that has it.
    #[must_use]
    pub fn new(secret: &SigningSecret) -> Self {
        Self(secret.key_for(FOR_NAMES))
    }

    /// The name of something in several parts.
    #[must_use]
    pub fn of(&self, parts: &[&str]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            // Each with its length, so that no two lists of parts are one text.
            context.update(&part.len().to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut name = [0; 32];
        name.copy_from_slice(context.sign().as_ref());
        name
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash")
    }
}
