//! Keyed hashes, to find a value again without storing it (a blind index).
//!
//! The text in a login form may be an e-mail address or, by mistake, a password. An HMAC of it is the same each time, and
//! without the key a reader of the database cannot even guess the text.

use std::fmt;

use aws_lc_rs::hmac;

use super::signing_secret::SigningSecret;

/// The purpose from which the key is derived. Stored hashes depend on it.
const PURPOSE: &[u8] = b"latchkey blind index";

/// Computes keyed hashes.
pub struct KeyedHash(hmac::Key);

impl KeyedHash {
    /// Derives the key from this secret: the same for every instance that has the secret.
    #[must_use]
    pub fn new(secret: &SigningSecret) -> Self {
        Self(secret.key_for(PURPOSE))
    }

    /// The hash of a list of texts.
    #[must_use]
    pub fn of(&self, parts: &[&str]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            // With its length, so that different lists never have the same input.
            context.update(&part.len().to_be_bytes());
            context.update(part.as_bytes());
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(context.sign().as_ref());
        hash
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyedHash")
    }
}
