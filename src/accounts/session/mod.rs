//! Sessions: refreshing, listing and ending them, and notifying clients of ended ones.
//!
//! A session is opened by [`login`](super::login) and ends in one of the verbs here, or when it expires. [`tokens`]
//! issues what a client holds; [`watch`] notifies subscribers.

pub(super) mod list;
pub(super) mod logout;
pub(super) mod refresh;
pub(super) mod remove_ended;
pub(super) mod revoke;
pub(super) mod revoke_others;
pub(super) mod rotation;
pub(super) mod tokens;
pub(super) mod watch;

pub use self::{
    list::{Page, SessionPage},
    refresh::{RefreshTokenRefusal, Refreshed},
    revoke::RevokeSessionRefusal,
    revoke_others::OtherSessionsRevoked,
    tokens::Tokens,
};
