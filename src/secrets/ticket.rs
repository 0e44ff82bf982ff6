//! Tickets: single-use secrets that are sent to a user, such as in the link of a mail.

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};

use crate::secrets::randomness::{RandomnessError, random_bytes};

/// The length of a ticket in random bytes.
const SECRET_BYTES: usize = 32;

/// A new ticket.
pub struct Ticket {
    /// The text that is sent to the user.
    pub text: SecretString,
    /// The hash that is stored.
    pub hash: [u8; 32],
}

impl Ticket {
    /// Creates a random ticket.
    ///
    /// # Errors
    ///
    /// [`RandomnessError`].
    pub fn new() -> Result<Self, RandomnessError> {
        let mut secret = random_bytes()?;
        let ticket = Self { text: URL_SAFE_NO_PAD.encode(secret).into(), hash: hash(&secret) };
        secret.zeroize();
        Ok(ticket)
    }
}

/// The hash that is stored for a ticket with this text. `None` if the text cannot be a ticket.
#[must_use]
pub fn ticket_hash(text: &SecretString) -> Option<[u8; 32]> {
    let mut secret = [0; SECRET_BYTES];
    let length = URL_SAFE_NO_PAD.decode_slice(text.expose_secret(), &mut secret).ok()?;
    let found = (length == SECRET_BYTES).then(|| hash(&secret));
    secret.zeroize();
    found
}

/// A plain SHA-256 is enough: 256 random bits cannot be guessed.
fn hash(secret: &[u8; SECRET_BYTES]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, secret).as_ref());
    hash
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ticket")
    }
}
