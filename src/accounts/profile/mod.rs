//! Profiles: reading and updating them, and reading users and sessions by id.
//!
//! A profile belongs to its owner; admins may read and update every one. Usernames belong to
//! [`identifier`](super::identifier).

pub(super) mod by_ids;
pub(super) mod display_name;
pub(super) mod get;
pub(super) mod node;
pub(super) mod update;

pub use self::{
    get::ProfileRefusal,
    node::Node,
    update::{Change, UpdateProfile, UpdateProfileRefusal},
};
