//! Verifying access tokens, for services that do not verify them with the published keys.
//!
//! The query `verifyToken` checks a token as an argument. The token that authenticates a request itself is checked in
//! `graphql/context.rs`. To add a query, add a file and list its object in [`AuthenticationQueries`].
//!
//! ```graphql
//! query Verify($token: String!) {
//!   verifyToken(token: $token) { valid reason claims { sub exp } }
//! }
//! ```

mod verify_token;

use async_graphql::MergedObject;

/// The queries about access tokens.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct AuthenticationQueries(verify_token::VerifyTokenQuery);
