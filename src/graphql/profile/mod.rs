//! Users and their profiles: the type `User`, and the fields that return and change it.
//!
//! Who may see and change what is decided in `accounts/profile/`; how much of a user is shown is decided by [`User`]. To
//! add a field, add a file with its resolver and list its object in [`ProfileQueries`] or [`ProfileMutations`].
//!
//! ```graphql
//! query Profile { profile { id email username displayName } }
//!
//! mutation Rename($name: String) {
//!   updateProfile(input: { displayName: $name }) {
//!     ... on UpdateProfileSuccess { user { id displayName } }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod change_username;
mod entity;
mod get;
mod node;
mod update;
mod user;

use async_graphql::MergedObject;

pub(in crate::graphql) use {node::NodeQuery, user::User};

/// The queries that return users.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct ProfileQueries(get::ProfileQuery);

/// The mutations that change a profile.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct ProfileMutations(update::UpdateProfileMutation, change_username::ChangeUsernameMutation);

/// The entities that a gateway asks for.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct ProfileEntities(entity::UserEntity);
