//! Choosing, changing and resetting passwords.

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
