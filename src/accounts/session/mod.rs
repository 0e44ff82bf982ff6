//! The sessions of a user: refreshing, listing and ending them.

pub(super) mod list;
pub(super) mod logout;
pub(super) mod refresh;
pub(super) mod revoke;
pub(super) mod revoke_others;
pub(super) mod tokens;
pub(super) mod watch;

pub use self::{
    list::{Page, SessionPage},
    refresh::{RefreshTokenRefusal, Refreshed},
    revoke::RevokeSessionRefusal,
    revoke_others::OtherSessionsRevoked,
    tokens::Tokens,
};
