//! Logging in: checking a password and opening a session.

pub(super) mod admission;
pub(super) mod familiar_network;
pub(super) mod log_in;
pub(super) mod reauthenticate;
pub(super) mod stored_password;

pub use self::{
    admission::Admitted,
    log_in::{Login, LoginRefusal},
    reauthenticate::WrongPassword,
};
