//! Authentication: from an access token to the caller behind it.
//!
//! [`authenticate`] answers "who sent this request?", [`verify_token`] answers "is this token valid?" for other
//! services, and [`gate`] holds the conditions that both check. Knows no login method; see [`login`](super::login).

pub(super) mod authenticate;
pub(super) mod caller;
pub(super) mod first_use;
pub(super) mod gate;
pub(super) mod last_use;
pub(super) mod origin;
pub(super) mod verify_token;

pub use self::{
    caller::{Actor, Admin, Caller, Operator, TokenRejection},
    origin::Origin,
    verify_token::{TokenClaims, Verified},
};
