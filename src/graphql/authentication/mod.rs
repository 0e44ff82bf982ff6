//! Checking access tokens.

use async_graphql::MergedObject;

mod verify_token;

pub(in crate::graphql) use verify_token::TokenRejection;

/// The queries about access tokens.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct AuthenticationQueries(verify_token::VerifyTokenQuery);
