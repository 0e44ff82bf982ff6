//! Registering a user.

mod hijacking;
mod pending;
mod register;
