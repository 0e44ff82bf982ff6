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
    AccessTokenError, AccessTokens, Algorithm, Claims, KeyFolder, KeyFolderError, KeyRotation, KeyState, Keyring,
    LEEWAY, PUBLISHED_FIRST, SigningError, SigningKey, Subject, TimedKey,
};
pub use hashing::{
    HashError, HashLoad, HashPermit, ImportedHashError, MAX_PASSWORD_BYTES, PasswordCheck, PasswordHash, PasswordHasher,
};
pub use keyed_hash::KeyedHash;
pub use latchkey_hash_lanes::MAX_LANES;
pub use refresh_token::{RandomnessError, RefreshToken, RefreshTokens};
pub use signing_secret::{SigningSecret, WeakSecretError};
pub use ticket::{Ticket, ticket_hash};
