//! Access tokens: how they are signed, verified and revoked, and what each caller may do.

mod forged_tokens;
mod permissions;
mod secret_rotation;
mod signing_keys;
mod verify_token;
