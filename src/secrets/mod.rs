//! How secrets are made and checked: password hashes, access tokens, refresh tokens, tickets, and names for what must not
//! be kept.
//!
//! Knows no users and no tables: it takes and gives values. A new kind of secret is a file of its own here.

mod access_token;
mod algorithm;
mod blind_index;
mod calibration;
mod hash_job;
mod hash_pool;
mod hash_worker;
mod imported_hash;
mod key_folder;
mod keyring;
mod line;
mod password;
mod refresh_token;
mod relief;
mod signing_key;
mod signing_secret;
mod ticket;

pub use access_token::{AccessTokens, Claims, LEEWAY, Subject, Unacceptable};
pub use algorithm::Algorithm;
pub use blind_index::BlindIndex;
pub use hash_pool::{HashLoad, NotHashed};
pub use imported_hash::UnusableHash;
pub use key_folder::{BadKeys, KeyFolder, PUBLISHED_FIRST, Rotation};
pub use keyring::{KeyState, Keyring, TimedKey};
pub use latchkey_hash_lanes::MOST_LANES;
pub use password::{MAX_PASSWORD_BYTES, PasswordHash, PasswordHasher, Turn, Verdict};
pub use refresh_token::{NoRandomness, RefreshToken, RefreshTokens};
pub use signing_key::{NotSigned, SigningKey};
pub use signing_secret::{SigningSecret, WeakSecret};
pub use ticket::{Ticket, ticket_hash};
