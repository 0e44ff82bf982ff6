//! Logging in.

use async_graphql::MergedObject;

mod log_in;

pub(in crate::graphql) use log_in::EmailNotVerified;

/// The mutations that log a user in.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct LoginMutations(log_in::LoginMutation);
