//! Profiles: reading and updating them, and reading users and sessions by id.
//!
//! A profile belongs to its owner; admins may read and update every one. The form of a username is decided in
//! [`identifier`](super::identifier).

pub(super) mod by_ids;
pub(super) mod change_username;
pub(super) mod display_name;
pub(super) mod get;
pub(super) mod node;
pub(super) mod update;

pub use self::{
    change_username::{ChangeUsername, ChangeUsernameRefusal},
    get::ProfileRefusal,
    node::Node,
    update::{Change, UpdateProfile, UpdateProfileRefusal},
};
