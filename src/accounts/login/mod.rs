//! Logging in: checking a password and opening a session.

pub(super) mod admission;
pub(super) mod familiar_network;
pub(super) mod reauthenticate;
pub(super) mod stored_password;
pub(super) mod with_password;

pub use self::{
    admission::Entered,
    with_password::{Login, LoginRefusal},
};
