//! Registering a new user.

pub(super) mod pending;
pub(super) mod register;

pub use self::register::{Register, RegisterRefusal, Registered};
