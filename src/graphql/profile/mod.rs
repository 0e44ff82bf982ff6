//! Users: what they show of themselves, and how they change it.

use async_graphql::MergedObject;

mod by_ids;
mod get;
mod node;
mod update;
mod user;

pub(in crate::graphql) use {by_ids::Users, node::NodeQuery, user::User};

/// The queries for users.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct ProfileQueries(get::ProfileQuery);

/// The mutations that change a profile.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct ProfileMutations(update::UpdateProfileMutation);
