//! How secrets are made and checked: password hashes, access tokens and refresh tokens.
//!
//! Knows no users and no tables: it takes and gives values. A new kind of secret is a file of its own here.

mod access_token;
mod hash_pool;
mod password;
mod refresh_token;
mod signing_key;

pub use access_token::{AccessTokens, Claims, Unacceptable};
pub use hash_pool::NotHashed;
pub use password::{MAX_PASSWORD_BYTES, PasswordHash, PasswordHasher, Verdict};
pub use refresh_token::{NoRandomness, RefreshToken, RefreshTokens};
pub use signing_key::{NotSigned, SigningKey, SigningSecret, WeakSecret};
