//! Verifying and changing the e-mail address of a user.
//!
//! Each change takes two verbs: one sends a ticket to the address, the other one uses it. [`verify`] also completes a
//! registration, because the ticket proves the same thing. The form of an address is decided in
//! [`identifier`](super::identifier); the mails are sent by the [`outbox`](super::outbox).

pub(super) mod confirm_change;
pub(super) mod correct;
pub(super) mod request_change;
pub(super) mod request_verification;
pub(super) mod verify;

pub use self::{
    confirm_change::ConfirmEmailChangeRefusal,
    correct::{CorrectEmail, CorrectEmailRefusal},
    request_change::{RequestEmailChange, RequestEmailChangeRefusal},
    request_verification::RequestEmailVerificationRefusal,
    verify::{VerifyEmail, VerifyEmailRefusal},
};
