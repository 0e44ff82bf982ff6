//! Reading and updating a user's profile, and finding objects by id.

mod get;
mod ids;
mod node;
mod update;
