//! Registering a user.

mod pending;
mod register;
