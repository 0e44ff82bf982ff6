//! The queries: a table of contents.

use async_graphql::MergedObject;

use super::{node::NodeQuery, profile::ProfileQuery, verify_token::VerifyTokenQuery};

/// Everything that can be asked without changing anything.
#[derive(MergedObject, Default)]
pub(super) struct Query(NodeQuery, ProfileQuery, VerifyTokenQuery);
