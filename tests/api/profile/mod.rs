//! Reading and updating a user's profile, and finding objects by id.

mod change_username;
mod get;
mod ids;
mod node;
mod update;
