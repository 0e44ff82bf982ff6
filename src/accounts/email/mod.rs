//! Verifying and changing the e-mail address of a user.

pub(super) mod confirm_change;
pub(super) mod request_change;
pub(super) mod request_verification;
pub(super) mod verify;

pub use self::{
    confirm_change::ConfirmEmailChangeRefusal,
    request_change::{RequestEmailChange, RequestEmailChangeRefusal},
    request_verification::RequestEmailVerificationRefusal,
    verify::VerifyEmailRefusal,
};
