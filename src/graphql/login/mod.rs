//! Logging in: the mutations that open a session for an existing user.
//!
//! Knows no password rules and no limits, which are in `accounts/login/`. To add a way to log in, add a file with its
//! input, its result union and its resolver, and list its object in [`LoginMutations`].
//!
//! ```graphql
//! mutation Login($input: LoginInput!) {
//!   login(input: $input) {
//!     ... on LoginSuccess { user { id } tokens { accessToken refreshToken } }
//!     ... on UserError { code message }
//!   }
//! }
//! ```

mod log_in;

use async_graphql::MergedObject;

/// The mutations that log a user in.
#[derive(MergedObject, Default)]
pub(in crate::graphql) struct LoginMutations(log_in::LoginMutation);
