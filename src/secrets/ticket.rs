//! Tickets: secrets that are sent to someone, and count once.

use std::fmt;

use aws_lc_rs::{digest, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};

use super::refresh_token::RandomnessError;

/// How many random bytes a ticket is.
const SECRET: usize = 32;

/// A new ticket.
pub struct Ticket {
    /// What is sent.
    pub text: SecretString,
    /// What is stored of it.
    pub hash: [u8; 32],
}

impl Ticket {
    /// One that was never there before.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`].
    pub fn new() -> Result<Self, RandomnessError> {
        let mut secret = [0; SECRET];
        rand::fill(&mut secret).map_err(|_| RandomnessError)?;
        let ticket = Self { text: URL_SAFE_NO_PAD.encode(secret).into(), hash: hash(&secret) };
        secret.zeroize();
        Ok(ticket)
    }
}

/// What is stored of the ticket that is written like this; nothing, if none is.
#[must_use]
pub fn ticket_hash(text: &SecretString) -> Option<[u8; 32]> {
    let mut secret = [0; SECRET];
    let length = URL_SAFE_NO_PAD.decode_slice(text.expose_secret(), &mut secret).ok()?;
    let found = (length == SECRET).then(|| hash(&secret));
    secret.zeroize();
    found
}

/// Of 256 random bits, a plain SHA-256 gives nothing away.
fn hash(secret: &[u8; SECRET]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, secret).as_ref());
    hash
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}
