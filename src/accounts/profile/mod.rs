//! What users show of themselves, and changing it.

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
