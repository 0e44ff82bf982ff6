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

/// A secret for HMAC, and the one that it replaces. Both were checked when they were parsed, and `Debug` does not show
/// them.
#[derive(Clone, Debug)]
pub struct SigningSecret {
    current: SecretString,
    previous: Option<SecretString>,
}

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
            Ok(Self { current: secret.into(), previous: None })
        }
    }

    /// The same secret, which replaces another one: what that one signed is still accepted.
    #[must_use]
    pub fn replacing(self, previous: Option<Self>) -> Self {
        Self { previous: previous.map(|previous| previous.current), ..self }
    }

    /// The secret itself. Releases before the key of access tokens was derived signed with it.
    pub(in crate::secrets) fn expose(&self) -> &str {
        self.current.expose_secret()
    }

    /// Derives a key for one purpose. It reveals nothing about the keys for other purposes.
    pub(in crate::secrets) fn key_for(&self, purpose: &[u8]) -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, derive(&self.current, purpose).as_ref())
    }

    /// The key for one purpose that is derived from the previous secret, if there is one.
    pub(in crate::secrets) fn previous_key_for(&self, purpose: &[u8]) -> Option<hmac::Key> {
        let previous = self.previous.as_ref()?;
        Some(hmac::Key::new(hmac::HMAC_SHA256, derive(previous, purpose).as_ref()))
    }

    /// The bytes of the key for one purpose, for libraries with a key type of their own: from the current secret, and from
    /// the previous one.
    pub(in crate::secrets) fn bytes_for(&self, purpose: &[u8]) -> (hmac::Tag, Option<hmac::Tag>) {
        (derive(&self.current, purpose), self.previous.as_ref().map(|previous| derive(previous, purpose)))
    }
}

fn derive(secret: &SecretString, purpose: &[u8]) -> hmac::Tag {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose_secret().as_bytes());
    hmac::sign(&key, purpose)
}
