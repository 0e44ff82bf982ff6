//! How secrets are made and checked: password hashes, access tokens, refresh tokens, tickets, and names for what must not
//! be kept.
//!
//! Knows no users and no tables: it takes and gives values. A new kind of secret is a file of its own here.

mod access_token;
mod hashing;
mod keyed_hash;
mod refresh_token;
mod signing_secret;
mod ticket;

pub use access_token::{
    AccessTokens, Algorithm, BadKeys, Claims, KeyFolder, KeyState, Keyring, LEEWAY, NotSigned, PUBLISHED_FIRST,
    Rotation, SigningKey, Subject, TimedKey, Unacceptable,
};
pub use hashing::{HashLoad, MAX_PASSWORD_BYTES, NotHashed, PasswordHash, PasswordHasher, Turn, UnusableHash, Verdict};
pub use keyed_hash::BlindIndex;
pub use latchkey_hash_lanes::MOST_LANES;
pub use refresh_token::{NoRandomness, RefreshToken, RefreshTokens};
pub use signing_secret::{SigningSecret, WeakSecret};
pub use ticket::{Ticket, ticket_hash};
