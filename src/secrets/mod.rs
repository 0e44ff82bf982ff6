//! How secrets are made and checked: password hashes, access tokens, refresh tokens, device tokens,
//! tickets and keyed hashes.
//!
//! Knows no users, tables or requests: it takes values and returns values. Secrets are not shown by `Debug`, and where
//! they are compared, the time does not depend on their content. A new kind of secret is a file here, or a folder if it has
//! several parts.
//!
//! | file or folder | secret |
//! |---|---|
//! | `hashing/` | passwords, hashed with bcrypt on threads of their own |
//! | `access_token/` | short-lived signed tokens (JWT), and the keys that sign them |
//! | `refresh_token` | long-lived opaque tokens, each used once |
//! | `device_token` | long-lived opaque tokens that show that a user logged in on a device before |
//! | `ticket` | single-use secrets that are sent to a user |
//! | `keyed_hash` | hashes of values that must be found again and must not be stored |
//! | `signing_secret` | the server's own secret, from which the keys are made |
//!
//! ```
//! use latchkey::secrets::{RefreshTokens, SigningSecret, Ticket, ticket_hash};
//! use uuid::Uuid;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A ticket is sent, and its hash is stored.
//! let ticket = Ticket::new()?;
//! assert_eq!(ticket_hash(&ticket.text), Some(ticket.hash));
//!
//! // A refresh token has one successor, so that a repeated request gets the same one.
//! let secret = SigningSecret::parse("1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53")?;
//! let tokens = RefreshTokens::new(&secret);
//! let first = tokens.first(Uuid::from_u128(1))?;
//! assert_eq!(tokens.successor(&first).hash(), tokens.successor(&first).hash());
//! # Ok(())
//! # }
//! ```

mod access_token;
mod device_token;
mod hashing;
mod keyed_hash;
mod randomness;
mod refresh_token;
mod signing_secret;
mod ticket;

pub use access_token::{
    AccessTokenError, AccessTokens, Algorithm, Claims, KeyFolder, KeyFolderError, KeyRotation, KeyState, Keyring,
    LEEWAY, SigningError, SigningKey, Subject, TimedKey, TokenProfile,
};
pub use device_token::{DeviceToken, DeviceTokens};
pub use hashing::{
    HashError, HashLoad, HashPermit, ImportedHashError, MAX_PASSWORD_BYTES, PasswordCheck, PasswordHash, PasswordHasher,
};
pub use keyed_hash::KeyedHash;
pub use latchkey_hash_lanes::MAX_LANES;
pub use randomness::RandomnessError;
pub use refresh_token::{RefreshToken, RefreshTokens};
pub use signing_secret::{SigningSecret, WeakSecretError};
pub use ticket::{Ticket, ticket_hash};
