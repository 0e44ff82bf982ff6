//! A secret for HMAC that is worth the name: long, varied and nobody's sample.

use std::fmt;

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};

/// The shortest secret that HS256 may be used with, in bytes (RFC 7518 §3.2).
const MIN_BYTES: usize = 32;

/// Fewer different bytes than this in a secret is a pattern, not a secret.
const MIN_DIFFERENT_BYTES: usize = 8;

/// Long enough, and known to everybody: secrets printed in documentation and standards.
const SAMPLES: [&str; 4] = [
    // FastAPI's tutorial.
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    // jwt.io.
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    // RFC 7515 A.1, as it is written there.
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
];

/// A secret for HMAC that is worth the name: checked when it is made, kept out of `Debug`.
#[derive(Clone, Debug)]
pub struct SigningSecret(SecretString);

/// Why a secret was refused. Says nothing of the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakSecretError {
    /// Shorter than 32 bytes.
    TooShort,
    /// Printed in some documentation.
    Known,
    /// Hardly any different bytes.
    Repetitive,
}

impl SigningSecret {
    /// Takes a secret that is long, varied and nobody's sample.
    ///
    /// # Errors
    ///
    /// [`WeakSecretError`] otherwise.
    pub fn parse(secret: &str) -> Result<Self, WeakSecretError> {
        let mut different = secret.as_bytes().to_vec();
        different.sort_unstable();
        different.dedup();

        if secret.len() < MIN_BYTES {
            Err(WeakSecretError::TooShort)
        } else if SAMPLES.contains(&secret) {
            Err(WeakSecretError::Known)
        } else if different.len() < MIN_DIFFERENT_BYTES {
            Err(WeakSecretError::Repetitive)
        } else {
            Ok(Self(secret.into()))
        }
    }

    /// The secret itself.
    pub(in crate::secrets) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A key for one purpose, which tells nothing of those for others.
    pub(in crate::secrets) fn key_for(&self, purpose: &[u8]) -> hmac::Key {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, self.expose().as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, purpose).as_ref())
    }
}

impl fmt::Display for WeakSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooShort => "must be at least 32 bytes (RFC 7518 §3.2); `openssl rand -hex 32` makes one",
            Self::Known => "is printed in public documentation; `openssl rand -hex 32` makes one of your own",
            Self::Repetitive => "repeats itself too much; `openssl rand -hex 32` makes one",
        })
    }
}
