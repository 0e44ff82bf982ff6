//! From an access token to the caller behind it.

pub(super) mod authenticate;
pub(super) mod gate;
pub(super) mod last_use;
pub(super) mod verify_token;

pub use self::verify_token::{TokenClaims, Verified};
