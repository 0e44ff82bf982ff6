//! Logging in with a password.

mod credentials;
mod overload;
mod races;
mod stored_hashes;
mod work;
