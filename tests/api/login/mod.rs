//! Logging in with a password.

mod credentials;
