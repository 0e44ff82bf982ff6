//! The server's secret, from which all HMAC keys are made: long, varied and not a published sample.

use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};

/// The shortest secret that HS256 may be used with, in bytes (RFC 7518 §3.2).
const MIN_BYTES: usize = 32;

/// A secret with fewer different bytes than this is a pattern.
const MIN_DIFFERENT_BYTES: usize = 8;

/// Secrets that are long enough, but printed in documentation and standards.
const SAMPLES: [&str; 4] = [
    // FastAPI's tutorial.
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    // jwt.io.
    "a-string-secret-at-least-256-bits-long",
    "a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long",
    // RFC 7515 A.1, as it is written there.
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
];

/// A secret for HMAC. It was checked when it was parsed, and `Debug` does not show it.
#[derive(Clone, Debug)]
pub struct SigningSecret(SecretString);

/// Why a secret was refused. The message does not contain the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakSecretError {
    /// The secret is shorter than 32 bytes.
    #[error("must be at least 32 bytes (RFC 7518 §3.2); `openssl rand -hex 32` makes one")]
    TooShort,
    /// The secret is printed in public documentation.
    #[error("is printed in public documentation; `openssl rand -hex 32` makes one of your own")]
    Known,
    /// The secret has fewer than 8 different bytes.
    #[error("has too few different characters; `openssl rand -hex 32` makes one")]
    Repetitive,
}

impl SigningSecret {
    /// Checks a secret.
    ///
    /// # Errors
    ///
    /// [`WeakSecretError`] if the secret is too short, a published sample, or a pattern.
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

    /// Derives a key for one purpose. It reveals nothing about the keys for other purposes.
    pub(in crate::secrets) fn key_for(&self, purpose: &[u8]) -> hmac::Key {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, self.expose().as_bytes());
        hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&secret, purpose).as_ref())
    }
}
