//! Passwords: what a new one must be like, changing and resetting it.
//!
//! [`policy`] and [`breached`] decide whether a new password is accepted; registration, changes, resets and admins use
//! both. Hashing belongs to [`secrets`](crate::secrets), and the form in which a password is hashed and compared to
//! [`login::stored_password`](super::login).

pub(super) mod breached;
pub(super) mod change;
pub(super) mod common;
pub(super) mod policy;
pub(super) mod request_reset;
pub(super) mod reset;

pub use self::{
    change::{ChangePassword, ChangePasswordRefusal, PasswordChanged},
    request_reset::RequestPasswordResetRefusal,
    reset::{PasswordReset, ResetPassword, ResetPasswordRefusal},
};
