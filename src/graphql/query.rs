//! The queries: a table of contents.

use async_graphql::MergedObject;

use super::{profile::ProfileQuery, verify_token::VerifyTokenQuery};

/// What can be asked.
#[derive(MergedObject, Default)]
pub(super) struct Query(ProfileQuery, VerifyTokenQuery);
